import type { AlertCondition } from '../../model/alert.js';
import type { Mode } from '../../model/target-config.js';
import type { LingeringLeaver } from '../../store/alerts-leavers.js';
import type { TargetStateRow } from '../../store/target-states.js';
import { counted, instant } from './words.js';

export interface LeaverContext {
  readonly target: string;
  readonly mode: Mode;
  readonly state: Pick<TargetStateRow, 'last_error'>;
  readonly now: number;
  readonly leaverMinutes: number;
}

/** More in one target are counted, not named: the ones that wait longest are. */
export const mostNamed = 50;

/**
 * Leavers whose access outlasted the time they were given.
 *
 *   their account     │ waits since
 *   known, not off    │ the directory said they left
 *   never seen        │ the directory said they left
 *   known to be off   │ its removal was asked for again
 */
export function leaverConditions(leavers: readonly LingeringLeaver[], context: LeaverContext): AlertCondition[] {
  const deadline = context.now - context.leaverMinutes * 60_000;
  const late = leavers
    .map((leaver) => ({ leaver, since: waitingSince(leaver) }))
    .filter(({ since }) => since <= deadline)
    .sort((one, other) => one.since - other.since || one.leaver.userId.localeCompare(other.leaver.userId));
  const named = late.slice(0, mostNamed).map(({ leaver, since }) => conditionOf(leaver, since, context));
  const rest = late.slice(mostNamed);
  const [first] = rest;
  return first === undefined ? named : [...named, overflow(rest.length, first.since, context)];
}

function waitingSince({ state, leftAt, dueSince }: LingeringLeaver): number {
  return state === 'inactive' ? (dueSince ?? leftAt) : leftAt;
}

/** Where a target's mode forbids taking access away, its lasting is expected: worth knowing, not worth an alarm. */
const severityIn = (mode: Mode): AlertCondition['severity'] => (mode === 'full' ? 'high' : 'warning');

function conditionOf(leaver: LingeringLeaver, since: number, context: LeaverContext): AlertCondition {
  const { target, mode } = context;
  const { userId, userName, directory, leftAt } = leaver;
  const seen = leaver.state !== null && leaver.state !== 'inactive';
  return {
    key: `leaver-late:${target}:${userId}`,
    kind: 'leaver-late',
    severity: severityIn(mode),
    subject: { target, directory, person: userName },
    since,
    words: {
      title: seen
        ? `${userName} has left and still has access to ${target}`
        : `${userName} has left and ${target} has not confirmed that their access is gone`,
      reason: `Left ${directory} on ${instant(leftAt)}. ${reasonOf(leaver, context)}`,
      action: actionFor(leaver, context),
    },
  };
}

function reasonOf(
  { state, detail, error, gaveUpAt }: LingeringLeaver,
  { target, state: health }: LeaverContext,
): string {
  if (gaveUpAt !== null) return `Given up: ${error ?? 'no reason recorded'}`;
  if (state === 'held' || state === 'failed') return detail ?? `The account is ${state}.`;
  if (health.last_error !== null) return `${target} cannot be worked with: ${health.last_error}`;
  return error ?? detail ?? 'Its turn has not come yet.';
}

function actionFor(
  { userId, state, gaveUpAt }: LingeringLeaver,
  { target, mode, state: health }: LeaverContext,
): string {
  const byHand = `Until then, take the access away in ${target} by hand.`;
  if (mode !== 'full') {
    return `In mode ${mode} Drawbridge takes nothing away in ${target}: do it by hand, or set mode: full.`;
  }
  if (state === 'held') return `See "drawbridge held" and release the plan. ${byHand}`;
  if (gaveUpAt !== null || state === 'failed') {
    return `Remove the cause and run "drawbridge retry ${target} account ${userId}". ${byHand}`;
  }
  if (health.last_error !== null) return `See "drawbridge doctor ${target}". ${byHand}`;
  return `See "drawbridge status"; "drawbridge retry ${target} account ${userId}" tries it now. ${byHand}`;
}

function overflow(count: number, since: number, { target, mode }: LeaverContext): AlertCondition {
  return {
    key: `leaver-late:${target}`,
    kind: 'leaver-late',
    severity: severityIn(mode),
    subject: { target },
    since,
    words: {
      title: `${counted(count, 'further leaver')} may still have access to ${target}`,
      reason: `Only the ${mostNamed} who wait longest have an alert of their own.`,
      action: `See "drawbridge failing", "drawbridge held" and "drawbridge doctor ${target}": so many usually have one cause.`,
    },
  };
}
