import type { Store } from '../store/store.js';
import type { ScimUserRow } from '../store/tables.js';
import { surroundingsOf, type AccountState, type UserSurroundings } from '../store/user-surroundings.js';
import { versionTag } from './preconditions.js';
import type { Presented } from './presented.js';
import { provisioningUrn } from './schema/definitions.js';
import { schemasOf } from './schema/schemas-of.js';

/**
 * Users as the identity provider sees them, in the given order: their attributes as they were sent, `groups` and the
 * provisioning state joined in with one query for all of them.
 */
export async function presentUsers(
  store: Store,
  users: readonly ScimUserRow[],
  baseUrl: string,
): Promise<readonly Presented[]> {
  const surroundings = await surroundingsOf(store.db, users);
  return users.map((user) => {
    const { groups, accounts } = surroundings.get(user.seq) ?? alone;
    return presentUser(user, groups, statesOf(user, store.targetsOf(user.directory), accounts), baseUrl);
  });
}

const alone: UserSurroundings = { groups: [], accounts: [] };

interface TargetState {
  readonly target: string;
  readonly state: string;
  readonly detail?: string;
  readonly remoteId?: string;
  readonly since: string;
}

/** The attributes are not taken apart: their text, an object that is never empty, goes between what is ours to say. */
function presentUser(
  user: ScimUserRow,
  groups: UserSurroundings['groups'],
  states: readonly TargetState[],
  baseUrl: string,
): Presented {
  const derived = groups.length + states.length === 0 ? undefined : { groups, states };
  const tag = versionTag(user.version, derived);
  const held = groups.map((group) => ({
    value: group.id,
    $ref: `${baseUrl}/Groups/${group.id}`,
    display: group.displayName,
    type: 'direct',
  }));
  const meta = {
    resourceType: 'User',
    created: new Date(user.created_at).toISOString(),
    lastModified: new Date(user.updated_at).toISOString(),
    location: `${baseUrl}/Users/${user.id}`,
    version: tag,
  };
  const provisioning = states.length === 0 ? '' : `,"${provisioningUrn}":${JSON.stringify({ targets: states })}`;
  const text =
    `{"schemas":${schemasText(user, states.length > 0)},"id":${JSON.stringify(user.id)},` +
    `${user.resource.slice(1, -1)},"groups":${held.length === 0 ? '[]' : JSON.stringify(held)}${provisioning}` +
    `,"meta":${JSON.stringify(meta)}}`;
  return { text, tag };
}

/** `schemas` as JSON; URNs need no escaping. */
function schemasText(user: ScimUserRow, isProvisioned: boolean): string {
  const schemas = schemasOf(user.resource, 'User').join('","');
  return isProvisioned ? `["${schemas}","${provisioningUrn}"]` : `["${schemas}"]`;
}

/** One state for each target of the directory; where the engine has not been yet, the user is pending. */
function statesOf(user: ScimUserRow, targets: readonly string[], accounts: readonly AccountState[]): TargetState[] {
  return targets.map((target) => {
    const account = accounts.find((each) => each.target === target);
    if (account === undefined) return { target, state: 'pending', since: new Date(user.created_at).toISOString() };
    return {
      target,
      state: account.state,
      ...(account.detail === null ? {} : { detail: account.detail }),
      ...(account.remoteId === null ? {} : { remoteId: account.remoteId }),
      since: new Date(account.since).toISOString(),
    };
  });
}
