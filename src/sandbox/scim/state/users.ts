import { fold } from '../../../model/fold.js';
import type { Document } from '../schema/document.js';
import { isObject, withAttribute } from '../schema/document.js';
import { urns } from '../schema/schemas.js';
import type { Directory, Resource } from './directory.js';
import { forgetMember } from './members.js';
import { bad, notFound, taken } from './refusals.js';
import { born, noteLosses, write } from './resources.js';

/** @throws {Refusal} 409 for a user name that is taken, 400 without the names a rule wants */
export function addUser(dir: Directory, document: Document): Resource {
  requireGood(dir, document, undefined);
  const user = born(dir, withBadge(dir, { active: true, ...document }));
  dir.data.users.set(user.id, user);
  return user;
}

/** @throws {Refusal} 404 */
export function userById(dir: Directory, id: string): Resource {
  const user = dir.data.users.get(id);
  if (user === undefined) throw notFound('User', id);
  return user;
}

export function userNamed(dir: Directory, userName: string): Resource | undefined {
  const folded = fold(userName);
  const isExact = dir.rules.userNameCase === 'exact';
  return [...dir.data.users.values()].find((each) => each.folded === folded && (!isExact || nameOf(each) === userName));
}

export function nameOf({ document }: Resource): string {
  return String(document['userName']);
}

export function isActive({ document }: Resource): boolean {
  return document['active'] !== false;
}

/** Makes the document the whole user: what it leaves out is gone, but whether they are active. @throws as `addUser` */
export function replaceUser(dir: Directory, user: Resource, document: Document): void {
  const next = { active: user.document['active'], ...document };
  requireGood(dir, next, user.id);
  noteLosses(dir, user, next);
  write(dir, user, next);
}

/** Makes the document, which began as the user's own, theirs. @throws as `addUser` */
export function changeUser(dir: Directory, user: Resource, document: Document): void {
  requireGood(dir, document, user.id);
  write(dir, user, document);
}

/** Gone for good, from every group too; the name is free again. */
export function removeUser(dir: Directory, user: Resource): void {
  dir.data.users.delete(user.id);
  forgetMember(dir, user.id);
}

function requireGood(dir: Directory, document: Document, own: string | undefined): void {
  const userName = String(document['userName']);
  const holder = userNamed(dir, userName);
  if (holder !== undefined && holder.id !== own) throw taken('userName', userName);
  if (dir.rules.names === 'optional') return;
  const name = isObject(document['name']) ? document['name'] : {};
  for (const each of ['givenName', 'familyName']) {
    if (name[each] === undefined) throw bad('invalidValue', `name.${each} is required.`);
  }
}

function withBadge(dir: Directory, document: Document): Document {
  if (!dir.rules.unknownFields) return document;
  const badge = { number: `B-${String(dir.data.born + 1)}`, colour: 'blue' };
  return withAttribute(document, urns.badge, document[urns.badge] ?? badge);
}
