import { alertSeverities, type AlertCondition } from '../model/alert.js';
import type { AlertRow } from '../store/tables.js';
import type { Sighting } from './survey.js';

/** What must change among the alerts so that they say what is the matter now. */
export interface AlertChanges {
  readonly open: readonly AlertCondition[];
  /** Seemed to be over, and goes on: the same alert, of which nobody need hear. */
  readonly reopen: readonly Matched[];
  readonly rewrite: readonly Matched[];
  /** Rewritten too, and more severe than before. */
  readonly raise: readonly Matched[];
  readonly unchanged: readonly AlertRow[];
  readonly resolve: readonly AlertRow[];
}

export interface Matched {
  readonly alert: AlertRow;
  readonly condition: AlertCondition;
}

/**
 * Compares what is the matter with the alerts.
 *
 *   seen now  alert                        │ decision
 *   yes       open, same words             │ unchanged
 *   yes       open, other words            │ rewrite
 *   yes       open, now more severe        │ raise
 *   yes       over, nobody told of the end │ reopen
 *   yes       none                         │ open, unless it is too early for it
 *   no        open                         │ resolve
 *
 * @param over alerts that ended a moment ago and whose end nobody has been told
 */
export function diffAlerts(
  sightings: readonly Sighting[],
  open: readonly AlertRow[],
  over: readonly AlertRow[],
  now: number,
): AlertChanges {
  const openByKey = new Map(open.map((alert) => [alert.key, alert]));
  const overByKey = new Map(over.map((alert) => [alert.key, alert]));
  const changes = {
    open: [] as AlertCondition[],
    reopen: [] as Matched[],
    rewrite: [] as Matched[],
    raise: [] as Matched[],
    unchanged: [] as AlertRow[],
  };
  const seen = new Set<string>();
  for (const { condition, opensAt = now } of sightings) {
    if (seen.has(condition.key)) continue;
    seen.add(condition.key);
    const alert = openByKey.get(condition.key);
    const before = overByKey.get(condition.key);
    if (alert !== undefined) compare(changes, alert, condition);
    else if (before !== undefined) changes.reopen.push({ alert: before, condition: goingOn(before, condition) });
    else if (opensAt <= now) changes.open.push(condition);
  }
  return { ...changes, resolve: open.filter(({ key }) => !seen.has(key)) };
}

function compare(
  changes: { rewrite: Matched[]; raise: Matched[]; unchanged: AlertRow[] },
  alert: AlertRow,
  seenNow: AlertCondition,
): void {
  const condition = goingOn(alert, seenNow);
  if (rank(condition.severity) < rank(alert.severity)) changes.raise.push({ alert, condition });
  else if (isSame(alert, condition)) changes.unchanged.push(alert);
  else changes.rewrite.push({ alert, condition });
}

/** It began when it was first seen, however it is seen now. */
function goingOn(alert: AlertRow, condition: AlertCondition): AlertCondition {
  return { ...condition, since: Math.min(alert.since, condition.since) };
}

function isSame(alert: AlertRow, { severity, subject, words, since }: AlertCondition): boolean {
  return (
    alert.severity === severity &&
    alert.title === words.title &&
    alert.reason === words.reason &&
    alert.action === words.action &&
    alert.target === (subject.target ?? null) &&
    alert.directory === (subject.directory ?? null) &&
    alert.person === (subject.person ?? null) &&
    alert.since === since
  );
}

const rank = (severity: string): number => alertSeverities.findIndex((each) => each === severity);
