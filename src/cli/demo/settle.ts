import { setTimeout as pause } from 'node:timers/promises';
import type { DriftAnswer } from '../../openapi/drift-schemas.js';
import type { TargetStatus } from '../../openapi/admin-schemas.js';
import { differences, isObject, type Check } from './check.js';
import { provisioningUrn } from './scim-words.js';
import type { Step, Tells } from './step.js';
import { listed, toolNames, type ToolName } from './tools.js';

export interface Settling {
  /** How the targets stand, from the admin API. */
  readonly status: () => Promise<readonly TargetStatus[]>;
  /** The one that is meant to be behind, if any. */
  readonly behind: Step['behind'];
  /** What else must have come about, such as an accepted invitation having been noticed. */
  readonly told: () => Promise<readonly Check[]>;
  readonly now: () => number;
  readonly withinMs: number;
}

export interface Settled {
  /** False when the time was up first. */
  readonly inTime: boolean;
  readonly checks: readonly Check[];
}

/** Waits until Drawbridge says that the tools hold what was asked, and no longer than it may. */
export async function settle({ status, behind, told, now, withinMs }: Settling): Promise<Settled> {
  const until = now() + withinMs;
  for (;;) {
    const checks = [...(await told()), ...convergence(await status(), behind)];
    const settled = checks.every((check) => check.differences.length === 0);
    if (settled || now() >= until) return { inTime: settled, checks };
    await pause(pollMs);
  }
}

const pollMs = 40;

function convergence(targets: readonly TargetStatus[], behind: ToolName | undefined): readonly Check[] {
  const [late, others] = [targets.filter(({ name }) => name === behind), targets.filter(({ name }) => name !== behind)];
  const who = behind === undefined ? 'it is' : `${listed(others.map(({ name }) => name))} are`;
  return [
    {
      claim: `Drawbridge says ${behind === undefined ? '' : 'that '}${who} converged`,
      differences: others.flatMap((target) => (target.converged ? [] : [standing(target, 'converged')])),
    },
    ...late.map((target) => ({
      claim: `Drawbridge says that ${target.name} is behind, and waits for it`,
      differences: target.due > 0 && target.pausedUntil !== null ? [] : [standing(target, 'due, and paused')],
    })),
  ];
}

function standing({ name, due, held, failing, pausedUntil, lastError }: TargetStatus, expected: string) {
  const counts = `${String(due)} due, ${String(held)} held, ${String(failing)} failing`;
  const paused = pausedUntil === null ? '' : ', paused';
  const actual = `${counts}${paused}${lastError === null ? '' : `; ${lastError}`}`;
  return { at: `status of ${name}`, expected, actual };
}

/** Whether a user, as SCIM shows it, is said to be in these states. */
export function provisioningCheck(user: unknown, { about, ...states }: Tells): Check {
  const extension = isObject(user) ? user[provisioningUrn] : undefined;
  const targets = isObject(extension) && Array.isArray(extension['targets']) ? (extension['targets'] as unknown[]) : [];
  const shown = targets.filter(isObject).map(({ target, state }) => [String(target), String(state)] as const);
  const names = toolNames.filter((name) => states[name] !== undefined);
  const words = names.map((name) => `${String(states[name])}${names.length === 1 ? '' : ` in ${name}`}`);
  return {
    claim: `SCIM says that ${about} is ${listed(words)}`,
    differences: differences(states, Object.fromEntries(shown), `state of ${about}`),
  };
}

/** Whether exactly these changes by hand were found and put right, as the admin API lists them. */
export function repairCheck(found: readonly DriftAnswer[], expected: NonNullable<Step['repaired']>): Check {
  const summaries = (tool: string) =>
    found.flatMap(({ target, summary }) => (target === tool ? summary : [])).toSorted();
  const tools = new Set([...Object.keys(expected), ...found.map(({ target }) => target)]);
  const wanted = Object.entries(expected).map(([tool, each]) => [tool, each.toSorted()] as const);
  return {
    claim: 'Drawbridge lists what it put right',
    differences: differences(
      Object.fromEntries(wanted),
      Object.fromEntries([...tools].map((tool) => [tool, summaries(tool)])),
      'repaired',
    ),
  };
}
