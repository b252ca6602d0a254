import type { Account } from './account.js';
import { newGroupId } from './ids.js';
import { activeLicence } from './licences.js';
import type { Group, GroupPermission } from './records.js';
import { invalid, notFound } from './refusal.js';
import { bornUnknown } from './unknown-fields.js';

const administering = new Set(['owner', 'account_admin']);

export interface NewGroup {
  readonly name: string;
  readonly assignByDefault?: boolean | undefined;
  readonly ssoMappingGroups?: readonly string[] | undefined;
  readonly permissions?: readonly GroupPermission[] | undefined;
}

/** Names may differ by case only; whether exact duplicates are allowed is a rule. @throws {Refusal} 400 */
export function addGroup(account: Account, group: NewGroup): Group {
  requireName(account, group.name);
  const at = account.now();
  const added: Group = {
    id: newGroupId(account.data),
    name: group.name,
    state: 1,
    assignByDefault: group.assignByDefault ?? false,
    ssoMappingGroups: group.ssoMappingGroups ?? [],
    scimManaged: false,
    permissions: group.permissions ?? [],
    createdAt: at,
    updatedAt: at,
    unknown: bornUnknown(account, 'group'),
  };
  account.data.groups.set(added.id, added);
  return added;
}

/** @throws {Refusal} 404 for a group that is absent or deleted */
export function groupById(account: Account, id: number): Group {
  const group = account.data.groups.get(id);
  if (group === undefined || group.state === 2) throw notFound();
  return group;
}

/** @throws {Refusal} 400 for a blank name, or, by rule, one that is taken */
export function requireRenameable(account: Account, group: Group, name: string): void {
  if (name !== group.name) requireName(account, name);
}

/** @throws {Refusal} as `requireRenameable` */
export function renameGroup(account: Account, group: Group, name: string): void {
  requireRenameable(account, group, name);
  group.name = name;
  group.updatedAt = account.now();
}

/** Soft-deletes the group and takes it from everybody who had it. @throws {Refusal} 400 for the last way in */
export function removeGroup(account: Account, group: Group): void {
  if (group.name === 'Owner' && !hasOtherAdministrator(account, group)) {
    throw invalid('The Owner group cannot be deleted while there is no other account administrator.');
  }
  group.state = 2;
  group.updatedAt = account.now();
  for (const person of account.data.people.values()) person.groups.delete(group.id);
}

/** An administrator is whoever holds an IT licence, or is in a group with an administering permission set. */
function hasOtherAdministrator(account: Account, except: Group): boolean {
  const admins = [...account.data.groups.values()].filter(
    (each) =>
      each.id !== except.id && each.state === 1 && each.permissions.some((one) => administering.has(one.permissionSet)),
  );
  return [...account.data.people.values()].some((person) => {
    const licence = activeLicence(account, person);
    return licence !== undefined && (licence.type === 'it' || admins.some((each) => person.groups.has(each.id)));
  });
}

function requireName(account: Account, name: string): void {
  if (name.trim() === '') throw invalid('name: This field may not be blank.');
  if (account.rules.duplicateGroupNames === 'allow') return;
  const taken = [...account.data.groups.values()].some((each) => each.state === 1 && each.name === name);
  if (taken) throw invalid('A group with this name already exists.');
}
