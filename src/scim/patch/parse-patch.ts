import type { ResourceSchema } from '../../model/resource-schema.js';
import { isObject, type JsonObject } from '../json.js';
import { ScimError } from '../scim-error.js';
import { canonicalUrn } from '../schema/canonical-urn.js';
import { schemaOf } from '../schema/resource-schemas.js';
import { expandObject, toOperations, type RawOperation } from './expand-operation.js';
import type { ParsedPatch, PatchOperation } from './patch-operation.js';
import { parsePatchPath } from './parse-patch-path.js';

/**
 * Reads the body of a PATCH (RFC 7644 §3.5.2) and takes away the dialects: keys and `op` in any case, empty or null
 * paths, values without a path spread over their keys, URNs in their various spellings. Values are cleaned like those of
 * a POST. Operations on attributes we do not know are dropped and reported, so that one attribute an administrator
 * mapped in vain does not block all others.
 *
 * @throws {ScimError} 400 `invalidSyntax` (no PatchOp), `invalidPath`, `invalidFilter`, `noTarget` (remove without path),
 *   `mutability` (a read-only or required target) or `invalidValue` (no value).
 */
export function parsePatch(body: unknown, type: 'User' | 'Group'): ParsedPatch {
  const schema = schemaOf(type);
  const operations: PatchOperation[] = [];
  const dropped: string[] = [];
  const given = readOperations(body);
  if (type === 'User' && given.length > userOperations) {
    throw ScimError.badRequest('invalidValue', `More than ${userOperations} operations on one user.`);
  }
  for (const raw of given) {
    for (const one of modifications(schema, raw)) {
      if (typeof one === 'string') dropped.push(one.slice(0, 200));
      else operations.push(one);
    }
  }
  return { operations, dropped };
}

/** Each may copy a list of the user. For a group each is a few rows, and thousands are ordinary. */
const userOperations = 1000;

/** The typed operations one raw operation stands for; a text is the name of something unknown. */
function modifications(schema: ResourceSchema, raw: RawOperation): readonly (PatchOperation | string)[] {
  if (raw.path === undefined || canonicalUrn(raw.path, schema).toLowerCase() === schema.urn.toLowerCase()) {
    if (raw.op === 'remove') throw ScimError.badRequest('noTarget', 'A remove operation needs a path.');
    return expandObject(schema, raw, undefined);
  }
  const extension = schema.extensions.get(canonicalUrn(raw.path, schema).toLowerCase());
  if (extension !== undefined) {
    const isReadOnly = [...extension.attributes.values()].every(({ mutability }) => mutability === 'readOnly');
    if (isReadOnly) throw ScimError.badRequest('mutability', `${extension.urn} is read-only.`);
    return expandObject(schema, raw, extension);
  }
  return toOperations(parsePatchPath(schema, raw.path), raw);
}

function readOperations(body: unknown): readonly RawOperation[] {
  if (!isObject(body)) throw ScimError.badRequest('invalidSyntax', 'The request body must be a JSON object.');
  refuseOtherMessage(member(body, 'schemas').value);
  const operations = member(body, 'operations').value;
  if (!Array.isArray(operations) || operations.length === 0) {
    throw ScimError.badRequest('invalidSyntax', 'A PATCH needs "Operations", a list of at least one operation.');
  }
  return operations.map(readOperation);
}

/** `schemas` may be missing or list more, but a body that says it is something else is refused. */
function refuseOtherMessage(schemas: unknown): void {
  if (!Array.isArray(schemas) || schemas.length === 0) return;
  const isPatch = schemas.some((each) => typeof each === 'string' && /:patchop$/i.test(each));
  if (!isPatch) {
    throw ScimError.badRequest(
      'invalidSyntax',
      'The schemas of a PATCH must include urn:ietf:params:scim:api:messages:2.0:PatchOp.',
    );
  }
}

function readOperation(operation: unknown, index: number): RawOperation {
  const where = `Operations[${index}]`;
  if (!isObject(operation)) throw ScimError.badRequest('invalidSyntax', `${where} must be an object.`);
  const op = member(operation, 'op').value;
  const verb = typeof op === 'string' ? op.trim().toLowerCase() : '';
  if (verb !== 'add' && verb !== 'replace' && verb !== 'remove') {
    throw ScimError.badRequest('invalidSyntax', `${where}.op must be "add", "replace" or "remove".`);
  }
  const path = member(operation, 'path').value ?? '';
  if (typeof path !== 'string') throw ScimError.badRequest('invalidPath', `${where}.path must be a text.`);
  const { given, value } = member(operation, 'value');
  if (!given && verb !== 'remove') {
    throw ScimError.badRequest('invalidValue', `${where} needs a value: "op" is "${verb}".`);
  }
  return { op: verb, path: path.trim() === '' ? undefined : path.trim(), value };
}

function member(object: JsonObject, name: string): { readonly given: boolean; readonly value: unknown } {
  const key = Object.keys(object).find((each) => each.toLowerCase() === name);
  return key === undefined ? { given: false, value: undefined } : { given: true, value: object[key] };
}
