import { randomBytes } from 'node:crypto';
import { fold } from '../../../model/fold.js';
import { texts } from '../texts.js';
import { nextId, uuidOf } from './ids.js';
import { allUsersId } from './magic-groups.js';
import { join, leave } from './memberships.js';
import type { ApiKey } from './records.js';
import { field, notFound } from './refusal.js';
import type { Site } from './site.js';
import { userById } from './find-user.js';
import { addUser } from './users.js';

export interface NewApiKey {
  readonly name: string;
  readonly groupId: number;
  /** Default: made up. */
  readonly key?: string | undefined;
}

/** A key and its hidden user, in All Users and the key's group. @throws {Refusal} 400 for a name that is taken */
export function addKey(site: Site, { name, groupId, key = newKey() }: NewApiKey): ApiKey {
  requireFreeName(site, name);
  requireGroup(site, groupId);
  const id = nextId(site.data, 'key');
  const email = `api-key-user-${uuidOf(id)}@api-key.invalid`;
  const user = addUser(site, { email, firstName: name, lastName: '', type: 'api-key' });
  const at = site.now();
  const added: ApiKey = { id, userId: user.id, name, groupId, key, createdAt: at, updatedAt: at };
  site.data.keys.set(id, added);
  if (groupId !== allUsersId) join(site, user, groupId);
  return added;
}

/** @throws {Refusal} 400 for a name that is taken, 404 for a group that is not there */
export function changeKey(
  site: Site,
  key: ApiKey,
  change: { name?: string | undefined; groupId?: number | undefined },
) {
  const { name = key.name, groupId = key.groupId } = change;
  if (name !== key.name) requireFreeName(site, name, key);
  requireGroup(site, groupId);
  const user = userById(site, key.userId);
  if (groupId !== key.groupId) {
    for (const each of site.data.memberships.ofUser(user.id)) if (each.groupId !== allUsersId) leave(site, each);
    if (groupId !== allUsersId) join(site, user, groupId);
  }
  key.name = name;
  key.groupId = groupId;
  user.firstName = name;
  key.updatedAt = site.now();
}

/** The old key is worthless at once. */
export function regenerateKey(site: Site, key: ApiKey): void {
  key.key = newKey();
  key.updatedAt = site.now();
}

/** Its user stays, deactivated. */
export function removeKey(site: Site, key: ApiKey): void {
  site.data.keys.delete(key.id);
  userById(site, key.userId).active = false;
}

/** @throws {Refusal} 404 */
export function keyById({ data }: Site, id: number): ApiKey {
  const key = data.keys.get(id);
  if (key === undefined) throw notFound();
  return key;
}

function newKey(): string {
  return `mb_${randomBytes(32).toString('base64')}`;
}

function requireFreeName({ data }: Site, name: string, own?: ApiKey): void {
  const taken = [...data.keys.values()].some((each) => each.id !== own?.id && fold(each.name) === fold(name));
  if (taken) throw field('name', texts.keyNameTaken);
}

function requireGroup({ data }: Site, groupId: number): void {
  if (!data.groups.has(groupId)) throw notFound();
}
