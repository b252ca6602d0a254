import { Bench } from './conformance/bench.js';
import { groups } from './conformance/groups.js';
import { looking } from './conformance/looking.js';
import { people } from './conformance/people.js';
import { readFailures } from './conformance/read-failures.js';
import type { ConformanceSubject } from './conformance/subject.js';
import { writeFailures } from './conformance/write-failures.js';

export type { AwaitedHarness, Harness, HeldAccount, Misbehaviour } from './conformance/harness.js';
export { refusalWords } from './conformance/harness.js';
export type { ConformanceSubject } from './conformance/subject.js';

/**
 * The rules every adapter keeps, whatever its vendor. A case a vendor cannot show is skipped under the name of the
 * capability that is missing, and the table of `scripts/conformance-table.mjs` shows which.
 */
export function runTargetConformance(subject: ConformanceSubject): void {
  describe(`conformance: ${subject.name}`, () => {
    const bench = new Bench(subject);
    bench.freshEachTest();
    describe('looking', () => looking(bench));
    describe('people', () => people(bench));
    describe('groups', () => groups(bench));
    describe('failures', () => {
      readFailures(bench);
      writeFailures(bench);
    });
  });
}
