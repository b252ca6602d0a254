import type { Document } from '../schema/document.js';
import { isObject, withAttribute } from '../schema/document.js';
import type { Directory, Group } from './directory.js';
import { forgetMember, knownMembers, setMembers } from './members.js';
import { notFound, taken } from './refusals.js';
import { born, noteLosses, write } from './resources.js';

/** @throws {Refusal} 409 by rule for a name that is taken, 400 for a member who is nobody */
export function addGroup(dir: Directory, document: Document): Group {
  requireName(dir, document, undefined);
  const members = knownMembers(dir, memberIds(document));
  const group = { ...born(dir, withoutMembers(document), dir.rules.numericGroupIds), members };
  dir.data.groups.set(group.id, group);
  return group;
}

/** @throws {Refusal} 404 */
export function groupById(dir: Directory, id: string): Group {
  const group = dir.data.groups.get(id);
  if (group === undefined) throw notFound('Group', id);
  return group;
}

export function displayNameOf({ document }: Group): string {
  return String(document['displayName']);
}

/** Makes the document the whole group, members and all. @throws as `addGroup` */
export function replaceGroup(dir: Directory, group: Group, document: Document): void {
  requireName(dir, document, group.id);
  const members = knownMembers(dir, memberIds(document));
  const next = withoutMembers(document);
  noteLosses(dir, group, next);
  write(dir, group, next);
  if (members.size > 0 || dir.rules.emptyMembers === 'clear') setMembers(dir, group, members, 'whole');
}

/** Makes the document, which began as the group's own with its members, the group's. @throws as `addGroup` */
export function changeGroup(dir: Directory, group: Group, document: Document, how: 'whole' | 'named'): void {
  requireName(dir, document, group.id);
  const members = knownMembers(dir, memberIds(document));
  write(dir, group, withoutMembers(document));
  setMembers(dir, group, members, how);
}

export function removeGroup(dir: Directory, group: Group): void {
  dir.data.groups.delete(group.id);
  forgetMember(dir, group.id);
}

/** The group as a client would send it, for a PATCH to begin from. */
export function withMembers(group: Group): Document {
  return withAttribute(
    group.document,
    'members',
    [...group.members].map((value) => ({ value })),
  );
}

function withoutMembers(document: Document): Document {
  return withAttribute(document, 'members', undefined);
}

function memberIds(document: Document): string[] {
  const members: unknown = document['members'];
  return (Array.isArray(members) ? members : []).flatMap((each) => (isObject(each) ? [String(each['value'])] : []));
}

function requireName(dir: Directory, document: Document, own: string | undefined): void {
  if (dir.rules.groupNames === 'any') return;
  const name = String(document['displayName']);
  const holder = [...dir.data.groups.values()].find((each) => displayNameOf(each) === name);
  if (holder !== undefined && holder.id !== own) throw taken('displayName', name);
}
