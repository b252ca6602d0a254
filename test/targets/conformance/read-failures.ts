import { TargetError, type TargetErrorCode } from '../../../src/targets/target-error.js';
import { everything, never, type Bench } from './bench.js';
import type { Misbehaviour } from './harness.js';

const expected: readonly (readonly [Misbehaviour, TargetErrorCode])[] = [
  ['bad-credential', 'UNAUTHORIZED'],
  ['forbidden', 'UNAUTHORIZED'],
  ['not-found', 'UNAUTHORIZED'],
  ['throttled-seconds', 'RATE_LIMITED'],
  ['throttled-date', 'RATE_LIMITED'],
  ['throttled-silent', 'RATE_LIMITED'],
  ['unavailable', 'UNAVAILABLE'],
  ['html', 'UNAVAILABLE'],
  ['html-ok', 'UNEXPECTED_RESPONSE'],
  ['cut', 'UNAVAILABLE'],
  ['truncated', 'UNEXPECTED_RESPONSE'],
  ['wrong-shape', 'UNEXPECTED_RESPONSE'],
];

/** Long enough to connect on a busy machine, short enough to wait for. */
const timeoutMs = 1_000;

/** However a read fails, nobody seems gone. */
export function readFailures(bench: Bench): void {
  const { readErrors } = bench.subject;

  describe.each(expected)('reading, the vendor answers %s', (how, usual) => {
    test('the observation fails with what to do next, and nobody seems gone', async () => {
      bench.harness.misbehave(how, 'reading', Infinity);
      const code = readErrors?.[how] ?? usual;
      await expect(bench.observe()).rejects.toMatchObject({ name: 'TargetError', code });
    });

    test('connecting fails, and promises nothing', async () => {
      const fresh = bench.harness.newTarget();
      bench.harness.misbehave(how, 'reading', Infinity);
      await expect(fresh.connect(never)).rejects.toBeInstanceOf(TargetError);
    });
  });

  for (const how of bench.subject.variant === true ? [] : (['silence', 'slow-body'] as const)) {
    test(`a vendor that never finishes (${how}) is given up on`, async () => {
      await bench.restart({ timeoutMs });
      bench.harness.misbehave(how, 'reading');
      await expect(bench.observe()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    });
  }

  test.each(['throttled-seconds', 'throttled-date'] as const)(
    'throttled once (%s), nothing further is sent until the time is over',
    async (how) => {
      bench.harness.misbehave(how, 'reading');
      const first = await bench.observe().catch((error: unknown) => error as TargetError);
      expect(first).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 7_000 });
      const reads = bench.harness.reads();
      await expect(bench.observe()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
      expect(bench.harness.reads()).toBe(reads);
    },
  );

  test('an operation stopped by its signal says so as a TargetError', async () => {
    await expect(bench.target.observe(everything, AbortSignal.abort())).rejects.toBeInstanceOf(TargetError);
  });
}
