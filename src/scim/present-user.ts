import type { Store } from '../store/store.js';
import type { ScimUserRow, TargetAccountRow } from '../store/tables.js';
import { accountsOfUsers, attributesOfUser, groupsOfUsers, type HeldGroup } from '../store/scim-users.js';
import { versionTag } from './preconditions.js';
import { provisioningUrn } from './schema/definitions.js';
import { schemasOf } from './schema/schemas-of.js';

/** A resource ready to be projected and sent, and its entity tag. */
export interface Presented {
  readonly resource: Readonly<Record<string, unknown>>;
  readonly tag: string;
}

/**
 * Users as the identity provider sees them, in the given order: their attributes as they were sent, `groups` and the
 * provisioning state joined in with one query each for all of them.
 */
export async function presentUsers(
  store: Store,
  users: readonly ScimUserRow[],
  baseUrl: string,
): Promise<readonly Presented[]> {
  const groups = await groupsOfUsers(store.db, users);
  const served = users.some((user) => store.targetsOf(user.directory).length > 0);
  const accounts = served ? await accountsOfUsers(store.db, users) : new Map<string, readonly TargetAccountRow[]>();
  return users.map((user) => {
    const states = provisioningOf(user, store.targetsOf(user.directory), accounts.get(user.id) ?? []);
    return presentUser(user, groups.get(user.seq) ?? [], states, baseUrl);
  });
}

interface TargetState {
  readonly target: string;
  readonly state: string;
  readonly detail?: string;
  readonly remoteId?: string;
  readonly since: string;
}

function presentUser(
  user: ScimUserRow,
  groups: readonly HeldGroup[],
  states: readonly TargetState[],
  baseUrl: string,
): Presented {
  const attributes = attributesOfUser(user);
  const derived = groups.length + states.length === 0 ? undefined : { groups, states };
  const tag = versionTag(user.version, derived);
  const resource = {
    id: user.id,
    ...attributes,
    groups: groups.map((group) => ({
      value: group.id,
      $ref: `${baseUrl}/Groups/${group.id}`,
      display: group.displayName,
      type: 'direct',
    })),
    ...(states.length === 0 ? {} : { [provisioningUrn]: { targets: states } }),
    meta: {
      resourceType: 'User',
      created: new Date(user.created_at).toISOString(),
      lastModified: new Date(user.updated_at).toISOString(),
      location: `${baseUrl}/Users/${user.id}`,
      version: tag,
    },
  };
  return { resource: { schemas: schemasOf(resource, 'User'), ...resource }, tag };
}

/** One state for each target of the directory; where the engine has not been yet, the user is pending. */
function provisioningOf(
  user: ScimUserRow,
  targets: readonly string[],
  accounts: readonly TargetAccountRow[],
): TargetState[] {
  return targets.map((target) => {
    const account = accounts.find((each) => each.target === target);
    if (account === undefined) return { target, state: 'pending', since: new Date(user.created_at).toISOString() };
    return {
      target,
      state: account.state,
      ...(account.detail === null ? {} : { detail: account.detail }),
      ...(account.remote_id === null ? {} : { remoteId: account.remote_id }),
      since: new Date(account.since).toISOString(),
    };
  });
}
