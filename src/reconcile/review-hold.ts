import { describeChange, signatureOf } from '../model/planned-change.js';
import type { DueKind } from '../store/mark-due.js';
import type { Hold } from '../store/holds.js';
import type { Preflight } from '../targets/target.js';
import { asTargetError } from './apply-operations.js';
import { readDecisions } from './hold-changes.js';
import { loadWork } from './load-work.js';
import { observeAndPlan } from './observe-and-plan.js';
import { previewRows } from './preview-rows.js';
import type { Runtime } from './runtime.js';

/** A held plan compared with the world as it is now. */
export type HoldReview =
  | {
      readonly kind: 'reviewed';
      /** What a release would let happen now, in words. */
      readonly willDo: readonly string[];
      /** Held then, not wanted any more. */
      readonly noLongerWanted: readonly string[];
      /** Wanted now for the same people and groups, but not part of what is decided on: it stays held. */
      readonly notIncluded: readonly string[];
    }
  /** The target could not be looked at; a release still does only what was held and is still wanted. */
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Plans the people and groups of a hold again, as they are now; writes nothing. */
export async function reviewHold(
  runtime: Runtime,
  preflight: Preflight | undefined,
  hold: Hold,
  signal: AbortSignal,
): Promise<HoldReview> {
  try {
    const { capabilities } = preflight ?? (await runtime.target.connect(signal));
    const work = await loadWork(runtime, previewRows(runtime, keysOf(hold)), () => Promise.resolve([]));
    const { verdict } = await observeAndPlan({
      runtime,
      capabilities,
      work,
      decisions: await readDecisions(runtime, work.rows),
      unsettled: new Set(),
      createdGroups: new Map(),
      signal,
    });
    const held = new Set(hold.changes.map(({ change }) => signatureOf(change)));
    const wanted = [...verdict.pass, ...verdict.held.map(({ planned }) => planned)];
    const now = new Set(wanted.map(({ change }) => signatureOf(change)));
    const inWords = (changes: readonly { readonly change: Parameters<typeof describeChange>[0] }[]): string[] =>
      changes.map(({ change }) => describeChange(change));
    return {
      kind: 'reviewed',
      willDo: inWords(wanted.filter(({ change }) => held.has(signatureOf(change)))),
      noLongerWanted: inWords(hold.changes.filter(({ change }) => !now.has(signatureOf(change)))),
      notIncluded: inWords(
        verdict.held.map(({ planned }) => planned).filter(({ change }) => !held.has(signatureOf(change))),
      ),
    };
  } catch (thrown) {
    return { kind: 'unavailable', reason: asTargetError(thrown).message };
  }
}

function keysOf(hold: Hold): { readonly kind: DueKind; readonly key: string }[] {
  const subjects = new Set(hold.changes.flatMap((each) => each.subjects));
  return [...subjects].map((subject) => {
    const kind = subject.startsWith('account:') ? 'account' : 'group';
    return { kind, key: subject.slice(kind.length + 1) };
  });
}
