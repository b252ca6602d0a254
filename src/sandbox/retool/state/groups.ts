import { Refusal } from '../../kit/refusal.js';
import { choices } from '../choices.js';
import { leaveGroup } from './invite-groups.js';
import type { Organisation } from './organisation.js';
import { noAccess } from './records.js';
import type { BuiltInGroup, Group, GroupAccess } from './records.js';
import { badBody, builtIn, noSuchGroup } from './refusals.js';

/** @throws {Refusal} 409 for a name that is taken (by rule), 400 for an empty one */
export function addGroup(org: Organisation, name: string, access: Partial<GroupAccess> = {}): Group {
  requireName(org, name);
  org.data.counters.group += 1;
  return insertGroup(org, { id: org.data.counters.group, name, access });
}

/** One of the groups every organisation is born with. */
export function bornGroup(org: Organisation, name: BuiltInGroup, id: number): Group {
  const generous: Partial<GroupAccess> =
    name === 'admin' ? { universal_app_access: 'own', user_list_access: true, audit_log_access: true } : {};
  return insertGroup(org, { id, name, access: generous, builtIn: name });
}

/** @throws {Refusal} 404; 400 for what is no whole number */
export function groupById(org: Organisation, id: string | number): Group {
  if (!/^\d{1,15}$/.test(String(id))) throw new Refusal(choices.malformedGroupId, 'Invalid group id');
  const group = org.data.groups.get(Number(id));
  if (group === undefined) throw noSuchGroup(id);
  return group;
}

export function groupNamed(org: Organisation, name: string): Group | undefined {
  return [...org.data.groups.values()].find((each) => each.name === name);
}

/** @throws {Refusal} 400 for a built-in group or an empty name, 409 for one that is taken */
export function requireRenameable(org: Organisation, group: Group, name: string): void {
  if (name === group.name) return;
  if (group.builtIn !== undefined) throw builtIn(`The group ${group.name} cannot be renamed.`);
  requireName(org, name);
}

/** @throws {Refusal} 400 for a built-in group */
export function removeGroup(org: Organisation, group: Group): void {
  if (group.builtIn !== undefined) throw builtIn(`The group ${group.name} cannot be deleted.`);
  org.data.groups.delete(group.id);
  for (const invite of org.data.invites.values()) leaveGroup(invite, group.id);
}

export function touchGroup(org: Organisation, group: Group): void {
  group.updatedAt = org.now();
}

function insertGroup(
  org: Organisation,
  {
    id,
    name,
    access,
    builtIn: kind,
  }: { id: number; name: string; access: Partial<GroupAccess>; builtIn?: BuiltInGroup },
): Group {
  const at = org.now();
  const group: Group = {
    id,
    createdAt: at,
    builtIn: kind,
    updatedAt: at,
    name,
    access: { ...noAccess, ...access },
    members: new Map(),
  };
  org.data.groups.set(id, group);
  return group;
}

/** Built-in names are always taken, whatever the rule. */
function requireName(org: Organisation, name: string): void {
  if (name === '') throw badBody('Invalid value for body parameter: name');
  const holder = groupNamed(org, name);
  if (holder === undefined || (org.rules.duplicateGroupNames === 'allow' && holder.builtIn === undefined)) return;
  throw new Refusal(choices.nameTaken, `Group with name ${name} already exists`);
}
