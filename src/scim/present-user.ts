import type { Store } from '../store/store.js';
import type { ShownRow } from '../store/shown-row.js';
import { noSurroundings, surroundingsOf, type AccountState, type HeldGroup } from '../store/user-surroundings.js';
import { versionTag } from './preconditions.js';
import type { Presented } from './presented.js';
import { provisioningUrn } from './schema/definitions.js';
import { schemasOf } from './schema/schemas-of.js';

/**
 * Users as the identity provider sees them, in the given order: their attributes as they were sent, `groups` and the
 * provisioning state joined in with one query for all of them.
 *
 * The text is put together from texts. Ids, times and URNs need no escaping, and the stored attributes, an object that
 * is never empty, are not taken apart: a page of users is mostly copied.
 */
export async function presentUsers(
  store: Store,
  users: readonly ShownRow[],
  baseUrl: string,
): Promise<readonly Presented[]> {
  const surroundings = await surroundingsOf(store.db, users);
  const base = JSON.stringify(baseUrl).slice(1, -1);
  return users.map((user) => {
    const { groups, accounts, fingerprint } = surroundings.get(user.seq) ?? noSurroundings;
    const targets = store.targetsOf(user.directory);
    const derived = fingerprint === '' && targets.length === 0 ? undefined : `${targets.join()} ${fingerprint}`;
    const tag = versionTag(user.version, derived);
    const schemas = schemasOf(user.resource, 'User').join('","');
    const created = new Date(user.created_at).toISOString();
    const modified = user.updated_at === user.created_at ? created : new Date(user.updated_at).toISOString();
    const text =
      `{"schemas":["${schemas}"${targets.length === 0 ? '' : `,"${provisioningUrn}"`}],"id":"${user.id}",` +
      `${user.resource.slice(1, -1)},"groups":[${groups.map((group) => groupText(group, base)).join()}]` +
      provisioningText(targets, accounts, created) +
      `,"meta":{"resourceType":"User","created":"${created}",` +
      `"lastModified":"${modified}",` +
      `"location":"${base}/Users/${user.id}","version":"${tag.replaceAll('"', '\\"')}"}}`;
    return { text, tag };
  });
}

function groupText({ id, displayName }: HeldGroup, base: string): string {
  return `{"value":"${id}","$ref":"${base}/Groups/${id}","display":${JSON.stringify(displayName)},"type":"direct"}`;
}

/** One state for each target of the directory; where the engine has not been yet, the user is pending. */
function provisioningText(targets: readonly string[], accounts: readonly AccountState[], created: string): string {
  if (targets.length === 0) return '';
  const states = targets.map((target) => {
    const account = accounts.find((each) => each.target === target);
    return account === undefined
      ? `{"target":${JSON.stringify(target)},"state":"pending","since":"${created}"}`
      : JSON.stringify(stateOf(account));
  });
  return `,"${provisioningUrn}":{"targets":[${states.join()}]}`;
}

function stateOf({ target, state, detail, remoteId, since }: AccountState) {
  return {
    target,
    state,
    ...(detail === null ? {} : { detail }),
    ...(remoteId === null ? {} : { remoteId }),
    since: new Date(since).toISOString(),
  };
}
