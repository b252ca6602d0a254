import type { RemoteId } from '../model/account.js';
import type { PlannedChange } from '../model/planned-change.js';
import type { Mode } from '../model/target-config.js';
import { listEveryKey } from '../store/every-key.js';
import { namesOfKeys } from '../store/key-names.js';
import type { DueRow } from '../store/tables.js';
import type { Preflight } from '../targets/target.js';
import type { HoldReason } from './guard.js';
import { readDecisions } from './hold-changes.js';
import { loadWork, type Work } from './load-work.js';
import { observeAndPlan, type Judged } from './observe-and-plan.js';
import { listFollowing, type FollowingGrant } from './preview-following.js';
import { previewRows } from './preview-rows.js';
import type { Runtime } from './runtime.js';

/** What becomes of a planned change when the target is reconciled as it is configured. */
export type Fate =
  | { readonly kind: 'apply' }
  | { readonly kind: 'held'; readonly because: HoldReason }
  /** A person rejected it. */
  | { readonly kind: 'rejected' }
  /** The target's mode does not let it through. */
  | { readonly kind: 'withheld' };

export interface PreviewedChange {
  readonly planned: PlannedChange;
  readonly fate: Fate;
}

/** The whole difference between the directories and one target, as a plan nobody carries out. */
export interface Preview {
  readonly target: string;
  readonly mode: Mode;
  readonly dialect: string;
  /** Epoch milliseconds at which the look at the target began. */
  readonly observedAt: number;
  readonly changes: readonly PreviewedChange[];
  /** Memberships that come after these changes, once the account or the group is there. */
  readonly following: readonly FollowingGrant[];
  /** Existing accounts and groups that would be taken over, because they carry the same address or name. */
  readonly adopted: {
    readonly accounts: readonly { readonly userId: string; readonly email: string; readonly remoteId: RemoteId }[];
    readonly groups: readonly { readonly name: string; readonly remoteId: RemoteId }[];
  };
  /** What nothing can be done for, with the reason in words: ambiguous accounts are among them. */
  readonly failures: readonly { readonly subject: string; readonly name: string; readonly reason: string }[];
  /** How many people wait for an invitation they were sent. */
  readonly invited: number;
  /** How many active accounts belong to nobody in the directories. */
  readonly foreignAccounts: number;
  readonly preflight: Preflight;
}

/**
 * Plans everything a target is responsible for, as the next sweep would, and writes nothing: neither to the target nor
 * to the store, and nothing is taken from the queue.
 *
 * @param known what connecting told already, or undefined to connect now
 * @throws TargetError when the target could not be connected to, or not be observed completely
 */
export async function previewTarget(
  runtime: Runtime,
  known: Preflight | undefined,
  signal: AbortSignal,
): Promise<Preview> {
  const preflight = known ?? (await runtime.target.connect(signal));
  const work = await loadWork(runtime, await everyRow(runtime), () => Promise.resolve([]));
  const judged = await observeAndPlan({
    runtime,
    capabilities: preflight.capabilities,
    work,
    decisions: await readDecisions(runtime, work.rows),
    unsettled: new Set(),
    createdGroups: new Map(),
    signal,
  });
  const { config, store } = runtime;
  const { observation, plan } = judged;
  const names = await namesOfKeys(store, [...plan.failures.keys()]);
  return {
    target: config.name,
    mode: config.mode,
    dialect: preflight.dialect,
    observedAt: observation.observedAt,
    changes: fatesOf(judged),
    following: listFollowing(work, plan),
    adopted: adoptions(work, judged, config.mode),
    failures: [...plan.failures].map(([subject, reason]) => ({ subject, name: names.get(subject) ?? subject, reason })),
    invited: plan.accounts.filter(({ state }) => state === 'invited').length,
    foreignAccounts: countForeign(work, judged),
    preflight,
  };
}

async function everyRow(runtime: Runtime): Promise<DueRow[]> {
  const { users, groups } = await listEveryKey(runtime.store, runtime.config.name);
  return previewRows(runtime, [
    ...users.map((key) => ({ kind: 'account', key }) as const),
    ...groups.map((key) => ({ kind: 'group', key }) as const),
  ]);
}

function fatesOf({ verdict, withheld }: Judged): PreviewedChange[] {
  const all = (planned: readonly PlannedChange[], fate: Fate): PreviewedChange[] =>
    planned.map((each) => ({ planned: each, fate }));
  return [
    ...all(verdict.pass, { kind: 'apply' }),
    ...verdict.held.map(({ planned, reason }) => ({ planned, fate: { kind: 'held', because: reason } as const })),
    ...all(verdict.rejected, { kind: 'rejected' }),
    ...all(withheld, { kind: 'withheld' }),
  ];
}

/** While a target is only observed, whatever is linked was there before us and is still to be taken over. */
function adoptions(work: Work, { plan }: Judged, mode: Mode): Preview['adopted'] {
  const isOurs = (known: RemoteId | undefined, id: RemoteId): boolean => known === id && mode !== 'observe';
  const accounts = plan.accounts.flatMap(({ subject, userId, account }) => {
    if (account === undefined || isOurs(work.bySubject.get(subject)?.shadow?.remoteId, account.id)) return [];
    return [{ userId, email: account.email, remoteId: account.id }];
  });
  const groups = plan.groups.flatMap(({ key, name, remoteId, state }) => {
    const known = work.groupShadows.get(key)?.remote_id ?? undefined;
    return remoteId === undefined || state === 'removed' || isOurs(known, remoteId) ? [] : [{ name, remoteId }];
  });
  return { accounts, groups };
}

/** Somebody's whose change failed is known by the link alone. */
function countForeign(work: Work, { plan, observation }: Judged): number {
  const linked = [...work.accountShadows.values()].map((row) => row.remote_id);
  const ours = new Set<RemoteId | null | undefined>([...linked, ...plan.accounts.map(({ remoteId }) => remoteId)]);
  return [...observation.accounts.values()].filter((account) => account.active && !ours.has(account.id)).length;
}
