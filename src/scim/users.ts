import { discardUser } from '../store/scim-discard-user.js';
import { createUser, deleteUser, updateUser } from '../store/scim-user-writes.js';
import { findShownUser } from '../store/scim-users.js';
import type { ShownRow } from '../store/shown-row.js';
import { parsePatch } from './patch/parse-patch.js';
import { patchUser } from './patch/patch-user.js';
import { checkPreconditions, isUnmodified } from './preconditions.js';
import { presentUsers } from './present-user.js';
import { projected, type Presented } from './presented.js';
import { readProjection } from './project.js';
import { readNewUser, readUser } from './read-user.js';
import { replaceUser } from './replace-user.js';
import { ScimError } from './scim-error.js';
import { writeOf, type Handler, type ScimReply, type ScimRequest } from './scim-request.js';
import type { Services } from './services.js';

/** What can be done to one user. Listing is in `search.ts`. */
export interface UserHandlers {
  readonly create: Handler;
  readonly get: Handler;
  readonly replace: Handler;
  readonly modify: Handler;
  readonly remove: Handler;
}

export function userHandlers(services: Services): UserHandlers {
  return {
    create: (request) => create(services, request),
    get: (request) => get(services, request),
    replace: (request) => replace(services, request),
    modify: (request) => modify(services, request),
    remove: (request) => remove(services, request),
  };
}

/** POST /Users (RFC 7644 §3.3). A user every target refuses is not kept: the answer carries the targets' reasons. */
async function create(services: Services, request: ScimRequest): Promise<ScimReply> {
  const projection = readProjection(request.query);
  const attributes = readNewUser(request.body);
  const row = await createUser(services.store, writeOf(request), services.newId(), attributes);

  const outcome = await services.acknowledge.outcomeOf(request.directory, row.id);
  if (outcome.kind === 'rejected') {
    await discardUser(services.store, writeOf(request), row);
    throw new ScimError(400, outcome.reasons.map(({ target, reason }) => `${target}: ${reason}`).join('; '));
  }
  const user = await presentCurrent(services, request, row);
  return {
    status: 201,
    body: projected(user, projection, 'User'),
    headers: { ETag: user.tag, Location: locationOf(request, row.id) },
  };
}

/** GET /Users/{id} (RFC 7644 §3.4.1). Inactive users are users. */
async function get(services: Services, request: ScimRequest): Promise<ScimReply> {
  const projection = readProjection(request.query);
  const row = await findShownUser(services.store.db, request.directory, request.id);
  if (row === undefined) throw noSuchUser(request.id);
  const user = await present(services, request, row);
  const headers = { ETag: user.tag, Location: locationOf(request, row.id) };
  if (isUnmodified(request.header('if-none-match'), user.tag)) return { status: 304, headers };
  return { status: 200, body: projected(user, projection, 'User'), headers };
}

/** PUT /Users/{id} (RFC 7644 §3.5.1): never creates. */
async function replace(services: Services, request: ScimRequest): Promise<ScimReply> {
  const incoming = readUser(request.body);
  return update(services, request, (before) => replaceUser(before, incoming));
}

/** PATCH /Users/{id} (RFC 7644 §3.5.2). */
async function modify(services: Services, request: ScimRequest): Promise<ScimReply> {
  const { operations, dropped } = parsePatch(request.body, 'User');
  if (dropped.length > 0) {
    services.log.info('ignored unknown attributes', { requestId: request.cause.requestId, attributes: dropped });
  }
  return update(services, request, (before) => patchUser(before, operations).attributes);
}

type UserChange = Parameters<typeof updateUser>[3];

async function update(services: Services, request: ScimRequest, change: UserChange): Promise<ScimReply> {
  const projection = readProjection(request.query);
  const updated = await updateUser(services.store, writeOf(request), request.id, (before, row) => {
    checkPreconditions(request, row.version);
    return change(before, row);
  });
  if (updated === undefined) throw noSuchUser(request.id);
  if (updated.changed) await services.acknowledge.outcomeOf(request.directory, request.id);
  const user = await presentCurrent(services, request, updated.row);
  return {
    status: 200,
    body: projected(user, projection, 'User'),
    headers: { ETag: user.tag, Location: locationOf(request, request.id) },
  };
}

/** DELETE /Users/{id} (RFC 7644 §3.6). */
async function remove(services: Services, request: ScimRequest): Promise<ScimReply> {
  const deleted = await deleteUser(services.store, writeOf(request), request.id, (row) => {
    checkPreconditions(request, row.version);
  });
  if (!deleted) throw noSuchUser(request.id);
  return { status: 204 };
}

/** The user as they are after the wait; as they were stored, should somebody have deleted them meanwhile. */
async function presentCurrent(services: Services, request: ScimRequest, stored: ShownRow): Promise<Presented> {
  const current = await findShownUser(services.store.db, request.directory, stored.id);
  return present(services, request, current ?? stored);
}

async function present(services: Services, request: ScimRequest, row: ShownRow): Promise<Presented> {
  const [user] = await presentUsers(services.store, [row], request.baseUrl);
  if (user === undefined) throw new Error('a user was not presented');
  return user;
}

function locationOf(request: ScimRequest, id: string): string {
  return `${request.baseUrl}/Users/${id}`;
}

function noSuchUser(id: string): ScimError {
  return ScimError.notFound(`User ${id} not found.`);
}
