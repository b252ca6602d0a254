import type { Store } from '../store/store.js';
import { UniquenessConflict, UnknownMembers } from '../store/scim-write.js';
import { ScimError } from './scim-error.js';

/**
 * Says what a client is told about anything that was thrown. What the client did wrong is a 4xx; a store that is busy
 * is 503; all else is ours, a bare 500. Nothing becomes 404 by accident: to an identity provider that means "deleted".
 */
export function translateError(error: unknown, store: Store): ScimError {
  if (error instanceof ScimError) return error;
  if (error instanceof UniquenessConflict) return uniqueness(error);
  if (error instanceof UnknownMembers) return unknownMembers(error);
  if (store.engine.isTransient(error)) {
    return new ScimError(503, 'The store is busy; try again.', { retryAfterSeconds: 2, cause: error });
  }
  return new ScimError(500, 'Something went wrong here; the log says what.', { cause: error });
}

function uniqueness(error: UniquenessConflict): ScimError {
  const kind = error.attribute === 'userName' ? 'user' : 'group';
  return ScimError.conflict(`Another ${kind} of this directory already has this ${error.attribute}.`);
}

function unknownMembers({ ids, groups }: UnknownMembers): ScimError {
  const nested = groups.length === 0 ? '' : `Groups cannot be members of groups: ${shown(groups)}. `;
  const unknown = ids.filter((id) => !groups.includes(id));
  const others = unknown.length === 0 ? '' : `Not a user of this directory: ${shown(unknown)}. `;
  return ScimError.badRequest('invalidValue', `${nested}${others}Nothing was changed.`);
}

function shown(ids: readonly string[]): string {
  const rest = ids.length > mostIdsShown ? ` and ${ids.length - mostIdsShown} more` : '';
  return ids.slice(0, mostIdsShown).join(', ') + rest;
}

const mostIdsShown = 20;
