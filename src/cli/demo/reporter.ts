import { held } from './check.js';
import { formatStep } from './format-step.js';
import type { Dialect } from './dialect.js';
import type { Paint } from './paint.js';
import type { PlayedStep } from './played-step.js';
import { listed, toolNames, toolTitles } from './tools.js';

/** Tells whoever watches how the demo goes. */
export interface Reporter {
  step(step: PlayedStep): void;
  /** The counts, in one line. */
  end(counts: Counts): void;
}

export interface Counts {
  readonly steps: number;
  readonly checks: number;
  readonly failed: number;
}

export function count({ steps, checks, failed }: Counts, step: PlayedStep): Counts {
  return {
    steps: steps + 1,
    checks: checks + step.checks.length,
    failed: failed + step.checks.filter((check) => !held(check)).length,
  };
}

/** For people at a terminal. */
export function textReporter(out: (text: string) => void, paint: Paint): Reporter {
  let last: PlayedStep | undefined;
  return {
    step: (step) => {
      const begins = last === undefined || titleOf(last) !== titleOf(step);
      if (begins) out(`\n${paint('bold', titleOf(step))}\n`);
      out(`${formatStep(step, begins ? undefined : last, paint)}\n`);
      last = step;
    },
    end: ({ steps, checks, failed }) => {
      const all = `${String(steps)} steps, ${String(checks)} checks`;
      out(
        failed === 0
          ? `${paint('green', '✓')} ${all}: every one held`
          : paint('red', `✗ ${all}: ${String(failed)} did not hold`),
      );
    },
  };
}

function titleOf(step: PlayedStep): string {
  const titles = toolNames.flatMap((tool) => {
    if (step[tool] === undefined) return [];
    return tool === 'dbt' ? dialectNames[step.dialect] : toolTitles[tool];
  });
  return `${step.identityProvider} → Drawbridge → ${listed(titles)}`;
}

const dialectNames: Readonly<Record<Dialect, string>> = {
  platform: 'dbt Cloud (the published platform API)',
  v2: 'dbt Cloud (the v2 API)',
};

/** For programs: each step, and at last the counts, as a line of JSON. */
export function jsonReporter(out: (text: string) => void): Reporter {
  return {
    step: (step) => {
      out(JSON.stringify({ ...step, held: step.checks.every(held) }));
    },
    end: (counts) => {
      out(JSON.stringify({ summary: counts }));
    },
  };
}
