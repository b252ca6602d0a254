import type { GroupAttributes } from '../model/scim-attributes.js';
import { createGroup, deleteGroup, updateGroup, type GroupChange } from '../store/scim-group-writes.js';
import { findGroup } from '../store/scim-groups.js';
import type { ScimGroupRow } from '../store/tables.js';
import { groupDelta, type GroupDelta } from './patch/group-delta.js';
import { parsePatch } from './patch/parse-patch.js';
import { checkPreconditions, isUnmodified, versionTag } from './preconditions.js';
import { showGroup } from './present-group.js';
import { readProjection, type Projection } from './project.js';
import { readGroup, replaceGroup } from './read-group.js';
import { ScimError } from './scim-error.js';
import { writeOf, type Handler, type ScimReply, type ScimRequest } from './scim-request.js';
import type { Services } from './services.js';

/** What can be done to one group. Listing is in `search.ts`. */
export interface GroupHandlers {
  readonly create: Handler;
  readonly get: Handler;
  readonly replace: Handler;
  readonly modify: Handler;
  readonly remove: Handler;
}

export function groupHandlers(services: Services): GroupHandlers {
  return {
    create: (request) => create(services, request),
    get: (request) => get(services, request),
    replace: (request) => replace(services, request),
    modify: (request) => modify(services, request),
    remove: (request) => remove(services, request),
  };
}

/** POST /Groups (RFC 7644 §3.3). */
async function create(services: Services, request: ScimRequest): Promise<ScimReply> {
  const projection = readProjection(request.query);
  const { attributes, members } = readGroup(request.body);
  const ids = members.kind === 'given' ? members.ids : [];
  const row = await createGroup(services.store, writeOf(request), services.newId(), attributes, ids);
  return answer(services, request, row, projection, 201);
}

/** GET /Groups/{id} (RFC 7644 §3.4.1). */
async function get(services: Services, request: ScimRequest): Promise<ScimReply> {
  const projection = readProjection(request.query);
  const row = await findGroup(services.store.db, request.directory, request.id);
  if (row === undefined) throw noSuchGroup(request.id);
  const headers = headersOf(request, row);
  if (isUnmodified(request.header('if-none-match'), headers.ETag)) return { status: 304, headers };
  return answer(services, request, row, projection, 200);
}

/** PUT /Groups/{id} (RFC 7644 §3.5.1): never creates. A body that does not speak of members leaves them as they are. */
async function replace(services: Services, request: ScimRequest): Promise<ScimReply> {
  const projection = readProjection(request.query);
  const incoming = readGroup(request.body);
  const { members } = incoming;
  const row = await update(services, request, (before) => ({
    attributes: replaceGroup(before, incoming.attributes),
    steps: members.kind === 'given' ? [{ kind: 'replace', ids: members.ids }] : [],
  }));
  return answer(services, request, row, projection, 200);
}

/**
 * PATCH /Groups/{id} (RFC 7644 §3.5.2). Members are changed by what the operations name, never read as a whole.
 * The answer is empty, as Entra ID wants it, unless the client names the attributes it wants to see.
 */
async function modify(services: Services, request: ScimRequest): Promise<ScimReply> {
  const projection = readProjection(request.query);
  const { operations, dropped } = parsePatch(request.body, 'Group');
  if (dropped.length > 0) {
    services.log.info('ignored unknown attributes', { requestId: request.cause.requestId, attributes: dropped });
  }
  const delta = groupDelta(operations);
  const row = await update(services, request, (before) => ({
    attributes: withDelta(before, delta.attributes),
    steps: delta.steps,
  }));
  const asked = projection.attributes !== undefined || projection.excludedAttributes !== undefined;
  return asked ? answer(services, request, row, projection, 200) : { status: 204, headers: headersOf(request, row) };
}

/** DELETE /Groups/{id} (RFC 7644 §3.6). */
async function remove(services: Services, request: ScimRequest): Promise<ScimReply> {
  const deleted = await deleteGroup(services.store, writeOf(request), request.id, (row) => {
    checkPreconditions(request, row.version);
  });
  if (!deleted) throw noSuchGroup(request.id);
  return { status: 204 };
}

async function update(
  services: Services,
  request: ScimRequest,
  change: (before: GroupAttributes) => GroupChange,
): Promise<ScimGroupRow> {
  const updated = await updateGroup(services.store, writeOf(request), request.id, (before, row) => {
    checkPreconditions(request, row.version);
    return change(before);
  });
  if (updated === undefined) throw noSuchGroup(request.id);
  return updated.row;
}

function withDelta(before: GroupAttributes, delta: GroupDelta['attributes']): GroupAttributes {
  const displayName = delta.displayName ?? before.displayName;
  const externalId = delta.externalId === undefined ? before.externalId : delta.externalId;
  return { displayName, ...(externalId === undefined || externalId === null ? {} : { externalId }) };
}

async function answer(
  services: Services,
  request: ScimRequest,
  row: ScimGroupRow,
  projection: Projection,
  status: 200 | 201,
): Promise<ScimReply> {
  const { body, tag } = await showGroup(services.store, row, request.baseUrl, projection);
  return { status, body, headers: { ...headersOf(request, row), ETag: tag } };
}

function headersOf(request: ScimRequest, row: ScimGroupRow): { ETag: string; Location: string } {
  return { ETag: versionTag(row.version), Location: `${request.baseUrl}/Groups/${row.id}` };
}

function noSuchGroup(id: string): ScimError {
  return ScimError.notFound(`Group ${id} not found.`);
}
