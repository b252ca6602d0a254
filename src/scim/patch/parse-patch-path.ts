import { resolvePath, type ResourceSchema } from '../../model/resource-schema.js';
import { parseAttributePath } from '../filter/parse-attribute-path.js';
import { parseValueFilter } from '../filter/parse-filter.js';
import { ScimError } from '../scim-error.js';
import { canonicalUrn } from '../schema/canonical-urn.js';
import type { PatchTarget } from './patch-operation.js';

/** `attribute`, `attribute.sub`, `attribute[filter]`, `attribute[filter].sub`, each perhaps after a URN. */
const shape = /^(?<attribute>[^[]+)(?:\[(?<filter>.*)\](?:\.(?<sub>[^[\]]+))?)?$/s;

/**
 * Reads the path of a PATCH operation (RFC 7644 §3.5.2, figure 7).
 *
 * The result is a text, the attribute as the client named it, when the path is well-formed but names nothing we know.
 *
 * @throws {ScimError} 400 `invalidPath` for a malformed path, `invalidFilter` for a bad filter inside it.
 */
export function parsePatchPath(schema: ResourceSchema, text: string): PatchTarget | string {
  const { attribute: name = '', filter, sub } = shape.exec(text)?.groups ?? {};
  const path = parseAttributePath(sub === undefined ? name : `${name}.${sub}`);
  if (path === undefined) throw ScimError.badRequest('invalidPath', `The path ${quote(text)} is malformed.`);
  const { schema: urn, ...names } = path;
  const full = { ...names, schema: urn === undefined ? undefined : canonicalUrn(urn, schema) };

  const selection = filter === undefined ? undefined : parseValueFilter(filter, { ...full, subAttribute: undefined });
  const resolved = resolvePath(schema, full);
  if (resolved === undefined) return name;
  if (selection !== undefined && !resolved.attribute.multiValued) {
    throw ScimError.badRequest('invalidPath', `${resolved.attribute.name} has one value, so nothing can be selected.`);
  }
  return { ...resolved, filter: selection };
}

function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
