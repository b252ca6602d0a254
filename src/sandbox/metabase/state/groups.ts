import { fold } from '../../../model/fold.js';
import { fixedGroup, fixedMembership, texts } from '../texts.js';
import { nextId } from './ids.js';
import { administratorsId, allUsersId, hasTenants, isHome, isVisible } from './magic-groups.js';
import { leave } from './memberships.js';
import type { Group } from './records.js';
import { notFound, plain, unlicensed } from './refusal.js';
import type { Site } from './site.js';

/** @throws {Refusal} 400 when the name is taken in any case; 402 for a tenant group without tenants */
export function addGroup(site: Site, name: string, tenantGroup = false): Group {
  if (tenantGroup && !hasTenants(site.rules)) throw unlicensed('Tenants');
  requireFreeName(site, name);
  const group = { id: nextId(site.data, 'group'), name, magic: null, tenantGroup };
  site.data.groups.set(group.id, group);
  return group;
}

/** A group this instance shows. @throws {Refusal} 404 */
export function groupById({ rules, data }: Site, id: number): Group {
  const group = data.groups.get(id);
  if (group === undefined || !isVisible(rules, group)) throw notFound();
  return group;
}

/**
 * The name it has already changes nothing. The vendor's check does not leave the group itself out, so that a name which
 * differs by case only is taken.
 *
 * @throws {Refusal} 400
 */
export function renameGroup(site: Site, group: Group, name: string): void {
  if (name === group.name) return;
  requireEditable(group);
  const ownCase = site.rules.caseOnlyRename === 'allowed' && fold(name) === fold(group.name);
  if (!ownCase) requireFreeName(site, name);
  group.name = name;
}

/** Takes the group from everybody; API keys of it fall back to All Users. @throws {Refusal} 400 for a magic group */
export function removeGroup(site: Site, group: Group): void {
  requireEditable(group);
  dropMembers(site, group);
  for (const key of site.data.keys.values()) if (key.groupId === group.id) key.groupId = allUsersId;
  site.data.groups.delete(group.id);
}

/** @throws {Refusal} 400 for Administrators and for the groups everybody is in */
export function clearGroup(site: Site, group: Group): void {
  if (group.id === administratorsId) throw plain(texts.invalidRequest);
  requireFreeMembership(group);
  dropMembers(site, group);
}

/** @throws {Refusal} 400 for All Users and All tenant users, whose members nobody chooses */
export function requireFreeMembership(group: Group): void {
  if (isHome(group)) throw plain(fixedMembership(group.name));
}

function dropMembers(site: Site, group: Group): void {
  const members = site.data.memberships.ofGroup(group.id);
  for (const each of members) leave(site, each);
  const before = members.map((each) => each.userId);
  site.emit({ kind: 'replaced', set: 'group-members', id: group.id, before, after: [] });
}

function requireEditable(group: Group): void {
  if (group.magic !== null) throw plain(fixedGroup(group.name));
}

function requireFreeName({ data }: Site, name: string): void {
  const taken = [...data.groups.values()].some((each) => fold(each.name) === fold(name));
  if (taken) throw plain(texts.groupExists);
}
