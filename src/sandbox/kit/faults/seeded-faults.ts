import type { Fault } from './fault.js';
import type { FaultPlan } from './faults.js';

/** One of each kind a client must survive without help: no time-outs, which cost real time. */
export const survivableFaults: readonly Fault[] = [
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503, headers: { 'retry-after': '1' } },
  { kind: 'html' },
  { kind: 'rate-limited', header: 'seconds', seconds: 1 },
  { kind: 'rate-limited', header: 'none' },
  { kind: 'reset' },
  { kind: 'commit-then-drop' },
  { kind: 'commit-then-html' },
  { kind: 'truncated' },
];

/** A plan that strikes at random but always the same way: the n-th request gets the n-th draw of the seed. */
export function seededFaults({ seed, rate, faults = survivableFaults }: SeededFaults): FaultPlan {
  const random = mulberry32(seed);
  return () => {
    const strikes = random() < rate;
    const pick = Math.floor(random() * faults.length);
    return strikes ? faults[pick] : undefined;
  };
}

export interface SeededFaults {
  readonly seed: number;
  /** The share of requests to strike, 0 to 1. */
  readonly rate: number;
  readonly faults?: readonly Fault[] | undefined;
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
