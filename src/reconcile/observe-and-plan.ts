import { fold } from '../model/fold.js';
import type { RemoteId } from '../model/account.js';
import type { Observation } from '../model/observation.js';
import type { PlannedChange } from '../model/planned-change.js';
import { readRemovals } from '../store/journal.js';
import { readClaims } from '../store/shadows.js';
import { readTargetState, saveTargetState } from '../store/target-states.js';
import { TargetError } from '../targets/target-error.js';
import type { Capabilities, ObservationScope } from '../targets/target.js';
import type { Claim, Claims } from './correlate-account.js';
import { filterMode } from './filter-mode.js';
import { guard, guardNeedsEverybody, type Verdict } from './guard.js';
import type { Decisions } from './hold-changes.js';
import { desiredAccounts, toPlanParts, type Work } from './load-work.js';
import { plan, type Plan } from './plan.js';
import { readKnownDrift } from './record-drift.js';
import type { Runtime } from './runtime.js';
import { sortDrift, type SortedDrift } from './sort-drift.js';

/** A plan with the observation it rests on, cut down by mode and guard. */
export interface Judged {
  readonly observation: Observation;
  readonly plan: Plan;
  readonly verdict: Verdict;
  /** What the target's mode does not let through. */
  readonly withheld: readonly PlannedChange[];
  /** What was changed over there although nobody asked for it. */
  readonly drift: Pick<SortedDrift, 'found' | 'left'>;
}

export interface PlanContext {
  readonly runtime: Runtime;
  readonly capabilities: Capabilities;
  readonly work: Work;
  readonly decisions: Decisions;
  readonly unsettled: ReadonlySet<string>;
  /** Groups made in this batch: lists may not show them yet. */
  readonly createdGroups: ReadonlyMap<RemoteId, string>;
  readonly signal: AbortSignal;
}

/** Above this many unknown or known people, one full listing is asked for at once. */
const fewAccounts = 25;

/**
 * Observes what the batch needs, plans, and lets mode and guard judge. Looks wider, and plans afresh, when the first
 * look cannot carry the plan: somebody to be found by address, a group to be written whole, administrators to be counted.
 *
 * Writes nothing, neither to the target nor to the store.
 *
 * @throws TargetError when the target could not be observed completely
 */
export async function observeAndPlan(context: PlanContext): Promise<Judged> {
  const { runtime, capabilities } = context;
  let scope = firstScope(context.work);
  let unreadable: ReadonlySet<RemoteId> = new Set();
  for (let look = 0; look < 6; look += 1) {
    const seen = withCreatedGroups(await runtime.target.observe(scope, context.signal), context.createdGroups);
    runtime.onStep?.('observed');
    const planned = plan({ ...(await planInput(context, seen)), unreadable });
    const sorted = sortDrift(
      planned.changes,
      context.work,
      await readKnownDrift(runtime),
      runtime.config.drift ?? 'repair',
    );
    const { allowed, withheld } = filterMode(sorted.act, runtime.config.mode);
    const state = await readTargetState(runtime.store, runtime.config.name);
    const everybody =
      planned.needs.everybody || guardNeedsEverybody(allowed, seen, state.accounts_seen !== null, runtime.config.guard);
    const membersOf = planned.needs.membersOf.filter((id) => seen.groups.get(id)?.members === undefined);
    const wider = widen(scope, seen, everybody, membersOf);
    if (wider !== undefined) {
      scope = wider;
      continue;
    }
    if (membersOf.length > 0) {
      // Asked for and still not shown: these groups fail by themselves, everything else goes on.
      unreadable = new Set([...unreadable, ...membersOf]);
      continue;
    }
    const verdict = await judge(context, allowed, seen, state.accounts_seen ?? undefined);
    return { observation: seen, plan: planned, verdict, withheld, drift: sorted };
  }
  throw new TargetError(
    'UNEXPECTED_RESPONSE',
    `${capabilities.membershipGrain} memberships could not be observed completely`,
  );
}

function firstScope(work: Work): ObservationScope {
  const known = work.accounts.map(({ shadow }) => shadow?.remoteId).filter((id) => id !== undefined);
  const unknown = work.accounts.some(
    ({ shadow, desired }) => shadow?.remoteId === undefined && desired.kind !== 'problem',
  );
  const correlate = unknown || known.length > fewAccounts;
  return { accounts: known, correlate, members: [] };
}

function widen(
  scope: ObservationScope,
  seen: Observation,
  everybody: boolean,
  membersOf: readonly RemoteId[],
): ObservationScope | undefined {
  const needsEverybody = everybody && seen.scope !== 'all' && !scope.correlate;
  const asked = new Set(scope.members === 'all' ? [] : scope.members);
  const needsMembers = scope.members !== 'all' && membersOf.some((id) => !asked.has(id));
  if (!needsEverybody && !needsMembers) return undefined;
  return {
    accounts: scope.accounts,
    correlate: scope.correlate || everybody,
    members: scope.members === 'all' ? 'all' : [...new Set([...scope.members, ...membersOf])],
  };
}

async function planInput(context: PlanContext, observation: Observation) {
  const { runtime, capabilities, work } = context;
  const { invitations, addressChange } = runtime.config;
  return {
    ...toPlanParts(work),
    claims: await loadClaims(runtime, work, observation),
    observation,
    capabilities,
    invitations: { expireMs: invitations.expireDays * 86_400_000, limit: invitations.limit },
    addressChange,
    now: runtime.now(),
  };
}

async function loadClaims(runtime: Runtime, work: Work, observation: Observation): Promise<Claims> {
  const wanted = desiredAccounts(work).map((account) => account.correlationKey);
  const known = work.accounts.map(({ shadow }) => shadow?.correlationKey).filter((key) => key !== undefined);
  const keys = new Set([...wanted, ...known]);
  const remoteIds = [...observation.accounts.values()]
    .filter((each) => keys.has(each.correlationKey))
    .map((each) => each.id);
  const rows = await readClaims(runtime.store, runtime.config.name, { correlationKeys: [...keys], remoteIds });
  const byRemoteId = new Map<RemoteId, Claim>();
  const byKey = new Map<string, Claim[]>();
  for (const { userId, living, remoteId, correlationKey } of rows) {
    const claim = { userId, living };
    if (remoteId !== undefined) byRemoteId.set(remoteId, claim);
    if (correlationKey !== undefined) byKey.set(correlationKey, [...(byKey.get(correlationKey) ?? []), claim]);
  }
  return { byRemoteId, byKey };
}

async function judge(
  context: PlanContext,
  changes: readonly PlannedChange[],
  observation: Observation,
  accountsSeenBefore: number | undefined,
): Promise<Verdict> {
  const { runtime, decisions, unsettled } = context;
  const { config, store, now } = runtime;
  const history = await readRemovals(store, config.name, now() - config.guard.windowMinutes * 60_000);
  const active = [...observation.accounts.values()].filter((account) => account.active).length;
  return guard({
    changes,
    observation,
    limits: config.guard,
    protect: { users: config.protect.users.map(fold), groups: config.protect.groups },
    history,
    size: { activeAccounts: observation.scope === 'all' ? active : (accountsSeenBefore ?? active), accountsSeenBefore },
    approved: new Set(decisions.approved.keys()),
    rejected: decisions.rejected,
    unsettled,
  });
}

/** Notes how many accounts a complete, plausible look showed: what the next one is measured by. */
export async function rememberSize({ store, config }: Runtime, { observation, verdict }: Judged): Promise<void> {
  const implausible = verdict.held.some((held) => held.reason === 'implausible-observation');
  if (observation.scope !== 'all' || implausible) return;
  await saveTargetState(store, config.name, { accounts_seen: observation.accounts.size });
}

function withCreatedGroups(observation: Observation, created: ReadonlyMap<RemoteId, string>): Observation {
  const missing = [...created].filter(([id]) => !observation.groups.has(id));
  if (missing.length === 0) return observation;
  const groups = new Map(observation.groups);
  for (const [id, name] of missing) groups.set(id, { id, name, members: new Set(), administrators: false });
  return { ...observation, groups };
}
