import type { DesiredAccount, DesiredGroup, GroupKey } from '../model/account.js';
import { lane } from '../model/lane.js';
import {
  findGroupsNamed,
  loadGroups,
  loadMemberAccounts,
  loadPeople,
  type DesiredPerson,
} from '../store/desired-state.js';
import { readDue } from '../store/due-queue.js';
import { markDueIn } from '../store/mark-due.js';
import { observedAccountOf } from '../store/observed-account.js';
import { readAccountShadows, readGroupShadows } from '../store/shadows.js';
import type { DueRow, TargetAccountRow, TargetGroupRow } from '../store/tables.js';
import type { AccountWork, GroupShadow, GroupWork, PlanInput } from './plan-input.js';
import type { Runtime } from './runtime.js';

/** A batch's keys with what the directories want for them, as fresh as the store. */
export interface Work {
  /** Every claimed key by subject; groups that people of the batch need are claimed along with them. */
  readonly rows: ReadonlyMap<string, DueRow>;
  readonly accounts: readonly AccountWork[];
  readonly bySubject: ReadonlyMap<string, AccountWork>;
  readonly groups: readonly GroupWork[];
  readonly desiredGroups: ReadonlyMap<GroupKey, DesiredGroup>;
  readonly accountShadows: ReadonlyMap<string, TargetAccountRow>;
  readonly groupShadows: ReadonlyMap<GroupKey, TargetGroupRow>;
  /** Subjects whose SCIM resource no longer exists in any form: nothing to do for them. */
  readonly vanished: readonly string[];
}

export const subjectOf = (row: DueRow): string => `${row.kind}:${row.key}`;

/**
 * Reads, from the store alone, what a plan for these keys starts from.
 *
 * @param claim takes groups along that people of the batch need; a plan that is only shown claims nothing
 */
export async function loadWork(
  runtime: Runtime,
  claimed: readonly DueRow[],
  claim: typeof claimGroups = claimGroups,
): Promise<Work> {
  const { store, config, mapper } = runtime;
  const accountRows = claimed.filter((row) => row.kind === 'account');
  const people = await loadPeople(
    store,
    accountRows.map((row) => row.key),
  );
  const groupShadows = await readGroupShadows(store, config.name);

  const needed = unlinkedGroups(people, groupShadows, runtime);
  const rows = [...claimed, ...(await claim(runtime, needed, claimed))];
  const groupRows = rows.filter((row) => row.kind === 'group');
  const dueGroups = await loadGroups(
    store,
    groupRows.map((row) => row.key),
  );

  const desiredGroups = new Map<GroupKey, DesiredGroup>();
  for (const person of people.values()) {
    for (const { group } of person.memberships) mergeGroups(desiredGroups, mapper.mapGroup(group));
  }
  const groups: GroupWork[] = [];
  for (const group of dueGroups.values()) {
    const mapped = mapper.mapGroup(group);
    mergeGroups(desiredGroups, mapped);
    for (const { key, membership, wanted } of mapped) {
      const exact = membership === 'exact' && wanted;
      const wantedMembers = exact ? await readWantedMembers(runtime, key, group.id) : undefined;
      groups.push({ subject: `group:${group.id}`, key, wantedMembers });
    }
  }

  const accountShadows = await readAccountShadows(store, config.name, [...people.keys()]);
  const accounts = [...people.values()].map((person) =>
    toAccountWork(person, accountShadows.get(person.user.id), runtime),
  );
  const vanished = rows
    .filter((row) => (row.kind === 'account' ? !people.has(row.key) : !dueGroups.has(row.key)))
    .map(subjectOf);
  const bySubject = new Map(accounts.map((each) => [each.subject, each]));
  return {
    rows: new Map(rows.map((row) => [subjectOf(row), row])),
    accounts,
    bySubject,
    groups,
    desiredGroups,
    accountShadows,
    groupShadows,
    vanished,
  };
}

function toAccountWork(person: DesiredPerson, row: TargetAccountRow | undefined, { mapper }: Runtime): AccountWork {
  const mapped = mapper.mapAccount(person.user, person.memberships);
  const shadow =
    row === undefined
      ? undefined
      : {
          remoteId: row.remote_id ?? undefined,
          state: row.state,
          correlationKey: row.correlation_key ?? undefined,
          invitationsSent: row.invitations_sent,
          invitedAt: row.invited_at ?? undefined,
          detail: row.detail ?? undefined,
          observed: observedAccountOf(row),
        };
  const base = { subject: `account:${person.user.id}`, userId: person.user.id, shadow };
  if (mapped.ok) return { ...base, desired: { kind: 'account', account: mapped.value } };
  // Whoever should not have an account must lose it even when their attributes no longer make sense.
  const none = mapped.problem.code === 'not-assigned' || !person.user.active;
  if (none) return { ...base, desired: { kind: 'none', reason: mapped.problem.message } };
  return { ...base, desired: { kind: 'problem', problem: mapped.problem } };
}

/** SCIM groups whose people are in this batch and whose counterpart over there is not known yet. */
function unlinkedGroups(
  people: ReadonlyMap<string, DesiredPerson>,
  shadows: ReadonlyMap<GroupKey, TargetGroupRow>,
  { mapper }: Runtime,
): Set<string> {
  const needed = new Set<string>();
  for (const { user, memberships } of people.values()) {
    if (!user.active) continue;
    for (const { group, present } of memberships) {
      if (!present || needed.has(group.id)) continue;
      if (mapper.mapGroup(group).some(({ key }) => (shadows.get(key)?.remote_id ?? null) === null))
        needed.add(group.id);
    }
  }
  return needed;
}

async function claimGroups(runtime: Runtime, ids: ReadonlySet<string>, claimed: readonly DueRow[]): Promise<DueRow[]> {
  const { store, config, now } = runtime;
  const already = new Set(claimed.filter((row) => row.kind === 'group').map((row) => row.key));
  const missing = [...ids].filter((id) => !already.has(id));
  if (missing.length === 0) return [];
  const queued = await readDue(store, config.name, 'group', missing);
  const absent = missing.filter((id) => !queued.some((row) => row.key === id));
  const cause = { actor: 'engine', requestId: 'needed-by-members' };
  await store.write((trx) =>
    markDueIn(store, trx, config.name, { kind: 'group', keys: absent, lane: lane.bulk, cause, now: now() }),
  );
  const fresh = await readDue(store, config.name, 'group', absent);
  return [...queued.filter((row) => row.gave_up_at === null), ...fresh];
}

function mergeGroups(into: Map<GroupKey, DesiredGroup>, groups: readonly DesiredGroup[]): void {
  for (const group of groups) {
    const known = into.get(group.key);
    into.set(group.key, known === undefined ? group : { ...known, wanted: known.wanted || group.wanted });
  }
}

/** Everybody the identity provider wants in an `exact` group, over all SCIM groups that feed it. */
async function readWantedMembers(runtime: Runtime, key: GroupKey, groupId: string): Promise<ReadonlySet<string>> {
  const { store, config } = runtime;
  const sources = new Set([groupId]);
  if (key.startsWith('name:')) {
    const name = key.slice('name:'.length);
    const names = Object.entries(config.groups.map)
      .filter(([, to]) => to.includes(name))
      .map(([from]) => from);
    for (const id of await findGroupsNamed(store, config.name, names)) sources.add(id);
  }
  const members = await Promise.all([...sources].map((id) => loadMemberAccounts(store, config.name, id)));
  return new Set(members.flat());
}

/** The parts of a plan's input that come from the store. */
export function toPlanParts(
  work: Work,
): Pick<PlanInput, 'accounts' | 'groups' | 'desiredGroups' | 'groupShadows' | 'linkedGroups'> {
  const groupShadows = new Map<GroupKey, GroupShadow>();
  const linkedGroups = new Map<string, GroupKey>();
  for (const [key, row] of work.groupShadows) {
    const { remote_id: remoteId, created_by_us, name, state } = row;
    groupShadows.set(key, { remoteId: remoteId ?? undefined, createdByUs: created_by_us === 1, name, state });
    if (row.remote_id !== null && row.state !== 'removed') linkedGroups.set(row.remote_id, key);
  }
  return {
    accounts: work.accounts,
    groups: work.groups,
    desiredGroups: work.desiredGroups,
    groupShadows,
    linkedGroups,
  };
}

/** The people of the batch that should or might have an account, as the mapper sees them. */
export function desiredAccounts(work: Work): DesiredAccount[] {
  return work.accounts.flatMap(({ desired }) => (desired.kind === 'account' ? [desired.account] : []));
}
