import type { Acknowledge } from '../../model/acknowledge.js';
import { groupHandlers } from '../groups.js';
import { held } from '../json-stream.js';
import { ScimError } from '../scim-error.js';
import type { Handler, ScimReply, ScimRequest } from '../scim-request.js';
import type { Services } from '../services.js';
import { translateError } from '../translate-error.js';
import { userHandlers } from '../users.js';
import type { BulkMethod, BulkOperation, BulkOutcome, MalformedOperation } from './bulk-operation.js';
import { referenceIn, resolveReferences, withoutReferences } from './bulk-references.js';
import { readBulkRequest } from './read-bulk-request.js';
import { runBulk, type BulkWorker } from './run-bulk.js';

/**
 * POST /Bulk (RFC 7644 §3.7): many operations in one request, each through the handler a request of its own would have
 * come to, so it is checked, stored, audited and made due the same. Only waiting for the targets is left out: a
 * thousand people would take a thousand waits.
 *
 * @param userLimit the most bytes of one user.
 */
export function bulkHandler(services: Services, userLimit: number): Handler {
  return async (request) => {
    const { operations, failOnErrors = Infinity } = readBulkRequest(request.body, userLimit);
    const outcomes = await runBulk(operations, failOnErrors, workerFor(services, request));
    const body = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
      Operations: outcomes.map(shown),
    };
    return { status: 200, body };
  };
}

/** An outcome as RFC 7644 §3.7.3 writes it: the status as text, and only what there is. */
function shown({ method, bulkId, location, version, status, response }: BulkOutcome): object {
  return { method, bulkId, location, version, status: String(status), response };
}

const withoutWaiting: Acknowledge = { outcomeOf: async () => ({ kind: 'unknown' }) };

function workerFor(services: Services, outer: ScimRequest): BulkWorker {
  const answered = async (
    operation: BulkOperation,
    id: string,
    work: () => Promise<ScimReply>,
  ): Promise<BulkOutcome> => {
    try {
      return outcomeOf(operation, id, outer, await held(await work()));
    } catch (thrown) {
      const error = translateError(thrown, services.store);
      if (error.status >= 500 && error.cause !== undefined) {
        services.log.error('a bulk operation failed', { requestId: outer.cause.requestId, error: error.cause });
      }
      return refusal(operation, error, id === '' ? undefined : locationOf(operation, id, outer));
    }
  };
  const handlersFor = (type: BulkOperation['type'], newId: string): Record<BulkMethod, Handler> => {
    const own = { ...services, acknowledge: withoutWaiting, newId: () => newId };
    const { create, replace, modify, remove } = type === 'User' ? userHandlers(own) : groupHandlers(own);
    return { POST: create, PUT: replace, PATCH: modify, DELETE: remove };
  };

  return {
    newId: services.newId,
    perform: (operation, ids, newId) => {
      const id = idOf(operation, ids);
      const body = operation.method === 'DELETE' ? undefined : resolveReferences(operation.data, ids);
      const handler = handlersFor(operation.type, newId)[operation.method];
      return answered(operation, id, () => handler(requestOf(operation, outer, id, body)));
    },
    withdraw: (operation, ids, bulkId) => {
      const id = ids.get(operation.bulkId ?? '') ?? '';
      const body = resolveReferences(
        withoutReferences(operation.data, (each) => !ids.has(each)),
        ids,
      );
      const { PUT } = handlersFor(operation.type, id);
      return answered(operation, id, async () => {
        await PUT(requestOf({ ...operation, version: undefined }, outer, id, body));
        throw new ScimError(409, `Stored without its reference to bulkId:${bulkId}, which could not be created.`);
      });
    },
    refuse: (operation, error) => {
      const hasId =
        operation.kind === 'operation' && operation.id !== undefined && referenceIn(operation.id) === undefined;
      return refusal(operation, error, hasId ? locationOf(operation, operation.id ?? '', outer) : undefined);
    },
  };
}

/** The request this operation would have been. What it answers with is only made when it is asked for. */
function requestOf(operation: BulkOperation, outer: ScimRequest, id: string, body: unknown): ScimRequest {
  const { version } = operation;
  const header: ScimRequest['header'] = (name) => (name === 'if-match' ? version : undefined);
  return { ...outer, id, body, header, query: projectionOf(operation, outer) ?? leastAnswer(operation) };
}

/** Nobody will see it; a PATCH of a group answers nothing unless asked to. */
function leastAnswer({ type, method }: BulkOperation): Readonly<Record<string, string>> {
  return type === 'Group' && method === 'PATCH' ? {} : { attributes: 'id' };
}

/** `attributes` or `excludedAttributes` of the operation's path, or else of the whole request. */
function projectionOf({ query }: BulkOperation, outer: ScimRequest): Readonly<Record<string, string>> | undefined {
  const given = [query, outer.query].find((each) => 'attributes' in each || 'excludedAttributes' in each);
  if (given === undefined) return undefined;
  return Object.fromEntries(Object.entries(given).filter(([name]) => /attributes$/i.test(name)));
}

function outcomeOf(operation: BulkOperation, id: string, outer: ScimRequest, reply: ScimReply): BulkOutcome {
  const { index, method, bulkId } = operation;
  const { Location: location = locationOf(operation, id, outer), ETag: version } = reply.headers ?? {};
  const response = projectionOf(operation, outer) === undefined ? undefined : reply.body;
  return { index, method, bulkId, location, version, status: reply.status, response };
}

function refusal(
  { index, method, bulkId }: BulkOperation | MalformedOperation,
  error: ScimError,
  location: string | undefined,
): BulkOutcome {
  return { index, method, bulkId, location, status: error.status, response: error.toBody() };
}

function idOf({ id = '' }: BulkOperation, ids: ReadonlyMap<string, string>): string {
  const bulkId = referenceIn(id);
  return bulkId === undefined ? id : (ids.get(bulkId) ?? '');
}

function locationOf({ type }: BulkOperation, id: string, { baseUrl }: ScimRequest): string {
  return `${baseUrl}/${type}s/${encodeURIComponent(id)}`;
}
