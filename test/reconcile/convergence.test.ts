import fc from 'fast-check';
import type { Fault } from '../../src/sandbox/kit/faults/fault.js';
import { seededFaults, survivableFaults } from '../../src/sandbox/kit/faults/seeded-faults.js';
import type { DirectoryWorld } from './directory-world.js';
import { command, prelude, type Command } from './histories.js';
import { HistoryModel } from './history-model.js';
import { dbtSide, metabaseSide, retoolSide, type Side } from './sides.js';
import { ThreeTools } from './three-tools.js';
import { World } from './world.js';

/**
 * Whatever the directory asks for, whatever somebody does by hand over there, and whatever goes wrong on the way: in
 * the end every target holds what is desired and everything foreign, nobody foreign was missing from any whole-set
 * write on the way, and nobody was made, or invited while an invitation was open, a second time.
 */

const day = 86_400_000;
const guard = { removals: 1000, fraction: 1, windowMinutes: 60 };
const patient = { guard, invitations: { expireDays: 14, limit: 1000 } };
const dbt = { reinviteWhilePending: 'refuse', invitationLifetimeMs: 10 * day } as const;

interface Variant {
  readonly rule: string;
  readonly start: () => Promise<{ readonly world: DirectoryWorld; readonly sides: readonly Side[] }>;
  /** Where invitations cannot be listed, an unanswered one is presumed sent: only a sweep finds out more. */
  readonly presumes?: boolean;
}

const withDbt = (fake: { dialect: 'platform' | 'v2'; listInvitations?: boolean }) => async () => {
  const world = await World.start({ fake: { ...fake, ...dbt }, config: patient });
  return { world, sides: [dbtSide(world.fake)] };
};

const variants: readonly Variant[] = [
  { rule: 'dbt, platform', start: withDbt({ dialect: 'platform' }) },
  { rule: 'dbt, v2, invitations listed', start: withDbt({ dialect: 'v2', listInvitations: true }) },
  { rule: 'dbt, v2, invitations not listed', start: withDbt({ dialect: 'v2' }), presumes: true },
  {
    rule: 'dbt v2, Metabase and Retool, from one directory',
    start: async () => {
      const world = await ThreeTools.start({
        dbt: patient,
        metabase: { guard },
        retool: { guard },
        fakes: { dbt },
        invited: true,
      });
      return { world, sides: [dbtSide(world.dbt), metabaseSide(world.metabase), retoolSide(world.retool)] };
    },
  },
];

// Where invitations cannot be listed, an answered failure is taken at its word: see `invite`.
const faultsFor = ({ presumes }: Variant): readonly Fault[] =>
  presumes === true ? survivableFaults.filter(({ kind }) => kind !== 'commit-then-html') : survivableFaults;

/** The same histories each time, so that a red run is about the change; `CONVERGENCE_RUNS` explores new ones. */
const runs = process.env['CONVERGENCE_RUNS'];
const numRuns = Number(runs ?? 10);
const seed = runs === undefined ? 20_261_121 : undefined;

test.each(variants)(
  'any history converges: $rule',
  async (variant) => {
    const history = fc.array(command, { minLength: 10, maxLength: 40, size: 'max' });
    await fc.assert(
      fc.asyncProperty(history, fc.integer({ min: 1, max: 1_000_000 }), (steps, faultSeed) =>
        play(variant, steps, faultSeed),
      ),
      { numRuns, ...(seed === undefined ? {} : { seed }) },
    );
  },
  240_000,
);

async function play(variant: Variant, steps: readonly Command[], faultSeed: number): Promise<void> {
  const { world, sides } = await variant.start();
  try {
    const model = new HistoryModel(world, sides);
    for (const step of prelude(sides.length)) await model.run(step);
    for (const [index, side] of sides.entries()) {
      side.plan(seededFaults({ seed: faultSeed + index, rate: 0.25, faults: faultsFor(variant) }));
    }
    for (const step of steps) await model.run(step);
    const byHand = steps.some((step) => step.do.includes('by hand'));
    if (!byHand && variant.presumes !== true) await model.comesToRestByItself();
    await model.comesToRest();
    model.nobodyForeignWasDropped();
  } finally {
    await world.close();
  }
}
