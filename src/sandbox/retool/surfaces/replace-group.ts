import { requireRenameable, touchGroup } from '../state/groups.js';
import { invitesTo } from '../state/invite-groups.js';
import { replaceInvites, requireInvites } from '../state/invites-of-group.js';
import { issueText } from '../state/issue-text.js';
import { patched, pathSteps } from '../state/json-patch.js';
import type { PatchOperation } from '../state/json-patch.js';
import { replaceMembers, requireReplaceable } from '../state/members.js';
import type { Organisation } from '../state/organisation.js';
import { noAccess } from '../state/records.js';
import type { Group, GroupAccess } from '../state/records.js';
import { failedPatch } from '../state/refusals.js';
import { accessOf, groupBodySchema } from './group-body.js';
import type { GroupBody } from './group-body.js';

/**
 * Replaces a group. Access that is left out is gone, and so are, by default, members and invites.
 *
 * @throws {Refusal} before anything changed
 */
export function replaceGroup(org: Organisation, group: Group, body: GroupBody): void {
  const clears = org.rules.putWithoutMembers === 'clear';
  // The members of `All Users` are nobody's to send or to leave out.
  const members = body.members ?? (clears && group.builtIn !== 'All Users' ? [] : undefined);
  const invites = body.user_invites ?? (clears ? [] : undefined);
  const lost = settingsLost(group, body);
  write(org, group, { ...body, members, user_invites: invites }, { ...noAccess, ...accessOf(body) });
  for (const name of lost) org.emit({ kind: 'lost', what: 'setting', of: group.id, name });
}

/**
 * Patches a group: in memory first, then checked as a whole. Which paths are allowed is not published; here it is every
 * field a group can be created with, the members among them.
 *
 * @throws {Refusal} 422 for a patch that does not fit; else as `replaceGroup`
 */
export function patchGroup(org: Organisation, group: Group, operations: readonly PatchOperation[]): void {
  const before = {
    name: group.name,
    members: [...group.members].map(([id, isGroupAdmin]) => ({ id, is_group_admin: isGroupAdmin })),
    user_invites: invitesTo(org, group).map(({ id }) => ({ id })),
    ...group.access,
  };
  const fields = operations.map(({ path }) => pathSteps(path)[0] ?? '');
  const foreign = fields.findIndex((field) => !Object.hasOwn(before, field));
  if (foreign >= 0) throw failedPatch(`Cannot modify path: ${operations[foreign]?.path ?? ''}`);

  const parsed = groupBodySchema.safeParse(patched(before, operations));
  if (!parsed.success) throw failedPatch(parsed.error.issues.map(issueText)[0] ?? 'Invalid document');
  const { members, user_invites: invites } = parsed.data;
  write(
    org,
    group,
    {
      name: parsed.data.name,
      members: fields.includes('members') ? members : undefined,
      user_invites: fields.includes('user_invites') ? invites : undefined,
    },
    { ...noAccess, ...accessOf(parsed.data) },
  );
}

type Parts = Pick<GroupBody, 'name' | 'members' | 'user_invites'>;

/** Everything is checked before anything changes; a part that is undefined stays as it is. */
function write(org: Organisation, group: Group, parts: Parts, access: GroupAccess): void {
  const { name = group.name, members, user_invites: invites } = parts;
  requireRenameable(org, group, name);
  if (members !== undefined) requireReplaceable(org, group, members);
  if (invites !== undefined) requireInvites(org, invites);

  group.name = name;
  group.access = access;
  if (members !== undefined) replaceMembers(org, group, members);
  if (invites !== undefined) replaceInvites(org, group, invites);
  touchGroup(org, group);
}

/** The settings a group has, and a body that replaces it does not name. */
function settingsLost(group: Group, body: GroupBody): string[] {
  const set = Object.entries(group.access).filter(([name, value]) => value !== noAccess[name as keyof GroupAccess]);
  return set.flatMap(([name]) => (body[name] === undefined ? [name] : []));
}
