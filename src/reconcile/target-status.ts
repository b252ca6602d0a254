import { countDrift } from '../store/drift.js';
import { readBacklog } from '../store/due-queue.js';
import { countOpenHolds } from '../store/holds.js';
import { readTargetState } from '../store/target-states.js';
import type { Mode } from '../model/target-config.js';
import type { TargetLoop } from './target-loop.js';

/** How a target stands, as the status API shows it. Times are ISO 8601; `lagSeconds` is the age of the oldest due key. */
export interface TargetStatus {
  readonly name: string;
  readonly type: string;
  readonly mode: Mode;
  readonly healthy: boolean;
  readonly converged: boolean;
  readonly due: number;
  readonly held: number;
  readonly failing: number;
  /** What was changed over there by hand and is still so. */
  readonly drift: number;
  /** Which of the vendor's surfaces is spoken, such as `v2`, or what the plan lets be done; null until it was seen. */
  readonly dialect: string | null;
  readonly pausedUntil: string | null;
  readonly lagSeconds: number;
  readonly lastSweepAt: string | null;
  readonly lastError: string | null;
}

export async function readTargetStatus(loop: TargetLoop): Promise<TargetStatus> {
  const { store, config, now } = loop.runtime;
  const at = now();
  const state = await readTargetState(store, config.name);
  const { due, failing, oldest } = await readBacklog(store, config.name);
  const held = await countOpenHolds(store, config.name);
  const paused = state.paused_until !== null && state.paused_until > at;
  return {
    name: config.name,
    type: config.type,
    mode: config.mode,
    healthy: state.last_error === null,
    converged: isConverged({ due, held, failing }),
    due,
    held,
    failing,
    drift: await countDrift(store, config.name),
    dialect: loop.preflight?.dialect ?? null,
    pausedUntil: paused ? iso(state.paused_until) : null,
    lagSeconds: oldest === undefined ? 0 : Math.max(0, Math.round((at - oldest) / 1000)),
    lastSweepAt: iso(state.last_sweep_at),
    lastError: state.last_error,
  };
}

/** A target is converged when nothing waits, nothing is held and nothing was given up. The one place this is decided. */
export function isConverged(counts: {
  readonly due: number;
  readonly held: number;
  readonly failing: number;
}): boolean {
  return counts.due === 0 && counts.held === 0 && counts.failing === 0;
}

const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());
