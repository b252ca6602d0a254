/**
 * Prints the last line of CI, `N passed, N failed`, from Jest's own report: `node scripts/count-results.mjs <report>
 * <failed steps>`. A report that is missing or empty, and a test file that could not run, count as failed.
 */
import { readFileSync } from 'node:fs';

const [report, failedSteps = '0'] = process.argv.slice(2);
const { passed, failed } = count(read(report));
const allFailed = failed + Number(failedSteps);
console.log(`${passed} passed, ${allFailed} failed`);
process.exitCode = allFailed === 0 ? 0 : 1;

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function count(results) {
  if (!(results?.numTotalTests > 0)) return { passed: 0, failed: 1 };
  return { passed: results.numPassedTests, failed: results.numFailedTests + results.numRuntimeErrorTestSuites };
}
