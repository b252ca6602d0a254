import type { AttributePath } from '../filter/attribute-path.js';
import { attributePath, pathBelow } from '../filter/attribute-path.js';
import type { Filter } from '../filter/filter.js';
import { parseElementFilter } from '../filter/parse-filter.js';
import type { ResourceType } from '../schema/schemas.js';
import { bad } from '../state/refusals.js';

/** Where a PATCH operation strikes: an attribute, or in a multi-valued one the elements that fit, or a part of them. */
export interface PatchPath {
  readonly steps: AttributePath;
  readonly elements?: { readonly filter: Filter; readonly below: AttributePath | undefined } | undefined;
}

/** @throws {ScimRefusal} 400 invalidPath, or invalidFilter for what stands in brackets */
export function parsePatchPath(type: ResourceType, text: string): PatchPath {
  const [, name = '', filter, sub] = /^([^[\]]+)(?:\[(.*)\](?:\.([^[\]]+))?)?$/s.exec(text.trim()) ?? [];
  const steps = attributePath(type, name);
  const last = steps?.at(-1);
  if (steps === undefined || last === undefined) throw invalidPath(text);
  if (filter === undefined) return { steps };

  if (last.multiValued !== true) throw invalidPath(text);
  const below = sub === undefined ? undefined : pathBelow(last, sub);
  if (sub !== undefined && below === undefined) throw invalidPath(text);
  return { steps, elements: { filter: parseElementFilter(last, filter), below } };
}

function invalidPath(text: string) {
  return bad('invalidPath', `The path "${text}" leads nowhere.`);
}
