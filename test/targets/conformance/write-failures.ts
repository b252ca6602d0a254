import { TargetError, type TargetErrorCode } from '../../../src/targets/target-error.js';
import type { Bench } from './bench.js';
import { everyWrite, type WriteCase } from './every-write.js';
import { refusalWords, type Misbehaviour } from './harness.js';

type Fate = 'not-carried-out' | 'nobody-knows' | 'carried-out';

const unknown: readonly TargetErrorCode[] = ['OUTCOME_UNKNOWN', 'UNAVAILABLE'];

/** What a write may fail with, and what has become of it. `nobody-knows`: not carried out, but who calls cannot tell. */
const misbehaviours: readonly (readonly [Misbehaviour, Fate, readonly TargetErrorCode[]])[] = [
  ['bad-credential', 'not-carried-out', ['UNAUTHORIZED']],
  ['forbidden', 'not-carried-out', ['REJECTED']],
  ['not-found', 'not-carried-out', ['REJECTED', 'CONFLICT']],
  ['conflict', 'not-carried-out', ['REJECTED', 'CONFLICT']],
  ['invalid', 'not-carried-out', ['REJECTED']],
  ['throttled-seconds', 'not-carried-out', ['RATE_LIMITED']],
  ['throttled-date', 'not-carried-out', ['RATE_LIMITED']],
  ['throttled-silent', 'not-carried-out', ['RATE_LIMITED']],
  ['unavailable', 'nobody-knows', unknown],
  ['html', 'nobody-knows', unknown],
  ['html-ok', 'nobody-knows', ['OUTCOME_UNKNOWN']],
  ['cut', 'nobody-knows', unknown],
  ['truncated', 'carried-out', unknown],
  ['wrong-shape', 'carried-out', unknown],
  ['slow-body', 'carried-out', unknown],
];

/** Another way to the same end is open to an adapter only after these: the first way does not exist, or was overtaken. */
const otherWays: readonly Misbehaviour[] = ['not-found', 'conflict'];

/** However a write fails, the failure says what to do next, nothing is done twice, and trying again gets there. */
export function writeFailures(bench: Bench): void {
  const cases = everyWrite(bench);
  const shown = misbehaviours.filter(([how]) => how !== 'slow-body' || bench.subject.variant !== true);
  describe.each(cases)('$kind', (write) => {
    describe.each(shown)('answered with %s', (how, fate, usual) => {
      bench.given(write.can, write.needs, 'says what to do next, and gets there when tried again', () =>
        failAndTryAgain(bench, write, how, fate, bench.subject.writeErrors?.[how] ?? usual),
      );
    });
    carriedOutUnheard(bench, write);
  });
}

async function failAndTryAgain(
  bench: Bench,
  write: WriteCase,
  how: Misbehaviour,
  fate: Fate,
  usual: readonly TargetErrorCode[],
): Promise<void> {
  const { harness } = bench;
  const { operation, done, again, holds } = await write.arrange();
  if (how === 'slow-body') await bench.restart({ timeoutMs: 700 });
  const before = harness.writes();
  // A refused credential may be renewed once; it must stay refused to be a failure.
  harness.misbehave(how, 'writing', how === 'bad-credential' ? Infinity : 1);
  const outcome = await bench.apply(operation).catch((error: unknown) => error);
  harness.misbehave(how, 'writing', 0);

  if (outcome instanceof TargetError) {
    expect(codesFor(bench, write, how, fate, usual)).toContain(outcome.code);
    if (how === 'invalid') expect(outcome.message).toContain(refusalWords.replace(/\.$/, ''));
    if (how === 'throttled-seconds' || how === 'throttled-date') expect(outcome.retryAfterMs).toBe(7_000);
  } else {
    // An answer nobody needs may be as broken as it likes, as long as what was asked for is so.
    expect(fate === 'carried-out' || otherWays.includes(how)).toBe(true);
    expect(outcome).toMatchObject({ kind: done });
    expect(await holds()).toBe(true);
  }
  expect(harness.writes() - before).toBeLessThanOrEqual(1);
  expect(harness.mailsTo('new@acme.test')).toBeLessThanOrEqual(1);

  // Where invitations cannot be seen, the engine presumes one was sent instead of asking again.
  if (write.kind === 'invite' && !bench.subject.capabilities.listsInvitations) return;
  await bench.restart();
  const second = await bench.apply(operation);
  expect([done, again]).toContain(second.kind);
  expect(await holds()).toBe(true);
  expect(harness.writes() - before).toBeLessThanOrEqual(otherWays.includes(how) ? 2 : 1);
}

function codesFor(
  bench: Bench,
  { kind, makes }: WriteCase,
  how: Misbehaviour,
  fate: Fate,
  usual: readonly TargetErrorCode[],
): readonly TargetErrorCode[] {
  if (fate === 'not-carried-out' || !makes) return usual;
  // Where nobody can look afterwards, an answered failure is taken at its word.
  const answered = how === 'unavailable' || how === 'html';
  if (kind === 'invite' && answered && !bench.subject.capabilities.listsInvitations) return ['UNAVAILABLE'];
  return ['OUTCOME_UNKNOWN'];
}

function carriedOutUnheard(bench: Bench, write: WriteCase): void {
  const { listsInvitations } = bench.subject.capabilities;
  const canLook = write.kind !== 'invite' || listsInvitations;
  bench.given(
    write.can && canLook,
    write.can ? 'listsInvitations' : write.needs,
    'carried out, its answer lost: is found done by whoever looks again, and not done twice',
    async () => {
      const { operation, again, holds } = await write.arrange();
      const before = bench.harness.writes();
      bench.harness.misbehave('cut-after-commit', 'writing');
      const error = await bench.apply(operation).catch((thrown: unknown) => thrown as TargetError);
      expect(error).toBeInstanceOf(TargetError);
      expect(['retry', 'observe-again']).toContain((error as TargetError).disposition);
      expect(bench.harness.writes() - before).toBe(1);
      await bench.restart();
      expect((await bench.apply(operation)).kind).toBe(again);
      expect(await holds()).toBe(true);
      expect(bench.harness.writes() - before).toBe(1);
    },
  );
}
