import { z } from 'zod';
import { isObject, withLowerCaseKeys, type JsonObject } from '../json.js';
import { ScimError } from '../scim-error.js';
import { readQuery } from '../scim-request.js';
import { schemaOf } from '../schema/resource-schemas.js';
import type { BulkMethod, BulkOperation, MalformedOperation } from './bulk-operation.js';
import { referenceIn, referencesIn } from './bulk-references.js';

/** What one request may hold; `bulk` of the service provider configuration says so. */
export const bulkLimits = { maxOperations: 1000, maxPayloadSize: 10 * 1024 * 1024 };

const bulkUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

export interface BulkRequest {
  /** How many failures end the run; absent: none does. */
  readonly failOnErrors: number | undefined;
  readonly operations: readonly (BulkOperation | MalformedOperation)[];
}

const message = z.object({
  schemas: z.array(z.string()).refine((urns) => urns.some((urn) => urn.toLowerCase() === bulkUrn.toLowerCase()), {
    message: `must contain ${bulkUrn}`,
  }),
  failonerrors: z.int().min(1).optional(),
  operations: z.array(z.unknown()).min(1),
});

/**
 * Reads a bulk request (RFC 7644 §3.7); names count in any case, null as absent. An operation that is wrong by itself
 * fails alone.
 *
 * @param userLimit the most bytes of one user: a resource that is too large for a request of its own is so here too.
 * @throws {ScimError} 400 `invalidSyntax` when it is no bulk request, `invalidValue` when two operations have one
 *   bulkId, 413 when there are too many.
 */
export function readBulkRequest(body: unknown, userLimit: number): BulkRequest {
  const result = message.safeParse(withLowerCaseKeys(body));
  if (!result.success) {
    const [issue] = result.error.issues;
    const place = issue?.path.join('.') ?? '';
    throw ScimError.badRequest('invalidSyntax', `BulkRequest: ${place === '' ? 'body' : place} ${issue?.message}`);
  }
  const { operations: given, failonerrors: failOnErrors } = result.data;
  const { maxOperations } = bulkLimits;
  if (given.length > maxOperations) {
    throw new ScimError(413, `The request has ${given.length} operations, maxOperations is ${maxOperations}.`);
  }
  const operations = given.map((each, index) => readOperation(each, index, userLimit));
  refuseAmbiguous(operations);
  return { failOnErrors, operations };
}

function refuseAmbiguous(operations: BulkRequest['operations']): void {
  const names = operations.flatMap(({ method, bulkId }) => (method === 'POST' && bulkId !== undefined ? [bulkId] : []));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw ScimError.badRequest('invalidValue', `Two operations have the bulkId ${JSON.stringify(twice.slice(0, 100))}.`);
}

function readOperation(given: unknown, index: number, userLimit: number): BulkOperation | MalformedOperation {
  const members = withLowerCaseKeys(given);
  const method = textOf(members, 'method')?.toUpperCase();
  const bulkId = textOf(members, 'bulkid');
  try {
    if (!isObject(members)) throw ScimError.badRequest('invalidSyntax', 'An operation must be an object.');
    return { kind: 'operation', index, bulkId, ...readParts(members, method, bulkId, userLimit) };
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return { kind: 'malformed', index, method: method?.slice(0, 20), bulkId, error };
  }
}

type Parts = Omit<BulkOperation, 'kind' | 'index' | 'bulkId'>;

function readParts(
  members: JsonObject,
  method: string | undefined,
  bulkId: string | undefined,
  userLimit: number,
): Parts {
  if (!isMethod(method)) throw ScimError.badRequest('invalidSyntax', 'method must be POST, PUT, PATCH or DELETE.');
  if (method === 'POST' && bulkId === undefined) throw ScimError.badRequest('invalidValue', 'A POST needs a bulkId.');
  const { type, id, query } = readPath(textOf(members, 'path'));
  if ((method === 'POST') !== (id === undefined)) {
    throw new ScimError(405, `${method} is not possible ${id === undefined ? 'without an id in the path' : 'here'}.`);
  }
  const data = members['data'];
  if (method !== 'DELETE' && !isObject(data)) throw ScimError.badRequest('invalidSyntax', `A ${method} needs data.`);
  if (type === 'User' && Buffer.byteLength(JSON.stringify(data) ?? '') > userLimit) {
    throw new ScimError(413, `The data is larger than ${userLimit} bytes.`);
  }
  const named = id === undefined ? undefined : referenceIn(id);
  const inData = method === 'DELETE' ? new Set<string>() : referencesIn(data, schemaOf(type));
  const references = named === undefined ? inData : new Set([named, ...inData]);
  return { method, type, id, query, version: textOf(members, 'version'), data, references };
}

/** `/Users` or `/Groups`, perhaps with an id, perhaps with `attributes` for the answer. */
function readPath(path: string | undefined): Pick<BulkOperation, 'type' | 'id' | 'query'> {
  if (path === undefined) throw ScimError.badRequest('invalidSyntax', 'An operation needs a path.');
  const [, collection = '', segment] = /^\/?(Users|Groups)(?:\/([^/?]+))?\/?(?:\?.*)?$/is.exec(path) ?? [];
  if (collection === '') throw ScimError.notFound('The path of an operation must be /Users, /Groups or one of theirs.');
  const type = collection.toLowerCase() === 'users' ? 'User' : 'Group';
  return { type, id: segment === undefined ? undefined : decoded(segment), query: readQuery({ url: path }) };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw ScimError.badRequest('invalidSyntax', 'The path of an operation is not properly encoded.', { cause });
  }
}

function isMethod(text: string | undefined): text is BulkMethod {
  return text === 'POST' || text === 'PUT' || text === 'PATCH' || text === 'DELETE';
}

function textOf(members: unknown, name: string): string | undefined {
  const value = isObject(members) ? members[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
