import type { DriftAnswer } from '../../openapi/drift-schemas.js';
import type { TargetStatus } from '../../openapi/admin-schemas.js';
import type { Sandbox } from '../../sandbox-main.js';
import { checkAnswer } from './check-answer.js';
import { differences, type Check } from './check.js';
import { countCalls } from './count-calls.js';
import type { Dialect } from './dialect.js';
import type { IdentityProvider } from './identity-provider.js';
import { Memory } from './memory.js';
import { withChange, type Picture } from './picture.js';
import type { Play } from './play.js';
import type { PlayedStep } from './played-step.js';
import { readPicture } from './read-picture.js';
import { callScim, type Endpoint, type ScimAnswer } from './scim-caller.js';
import { provisioningCheck, repairCheck, settle } from './settle.js';
import type { ScimCall, ScimRequest, Step } from './step.js';
import type { ToolName } from './tools.js';

export interface Stage {
  readonly play: Play;
  readonly idp: IdentityProvider;
  readonly dialect: Dialect;
  readonly sandbox: Sandbox;
  readonly admin: Admin;
  readonly fetch: Endpoint['fetch'];
  readonly now: () => number;
  /** How long a step may take to reach the tools. */
  readonly withinMs: number;
}

/** What a play asks of the admin API. */
export interface Admin {
  status(): Promise<readonly TargetStatus[]>;
  sync(tool: ToolName): Promise<void>;
  /** Every change by hand that was found and put right. */
  repaired(): Promise<readonly DriftAnswer[]>;
}

/**
 * Plays a story step by step, and checks after each that every tool holds exactly what was asked and whatever it held
 * besides. A check that fails hides none of the following: what was asked for stays asked for.
 */
export async function* runPlay(stage: Stage): AsyncGenerator<PlayedStep> {
  const { play, idp, dialect, sandbox } = stage;
  const who = { identityProvider: idp.name, play: play.name, dialect };
  const memory = new Memory();
  const look = () => inEach(play, (tool) => readPicture[tool](sandbox));
  let expected = look();
  let withinMs = stage.withinMs;
  let number = 0;

  for (const step of play.steps(idp, dialect)) {
    number += 1;
    const before = expected;
    expected = inEach(play, (tool) => withChange(before[tool], step[tool] ?? {}));
    const done = await perform(step, stage, memory);
    const { inTime, checks } = await settle({
      status: stage.admin.status,
      behind: step.behind,
      told: () => told(step, stage, memory),
      now: stage.now,
      withinMs,
    });
    // What did not arrive in the whole time will hardly do so later; the rest of the play need not wait as long again.
    if (!inTime) withinMs = stage.withinMs / 10;
    const seen = look();
    const holdings = play.tools.map((tool) => holds(tool, expected[tool], seen[tool]));
    yield { ...who, number, name: step.name, ...done, ...seen, checks: [...done.checks, ...checks, ...holdings] };
  }
  const calls = inEach(play, (tool) => countCalls(sandbox[tool].control.ledger));
  const name = `Looking back at everything ${play.tools.length === 1 ? 'dbt was' : 'the tools were'} asked`;
  yield { ...who, number: number + 1, name, ...look(), calls, checks: play.lookBack(sandbox, dialect) };
}

function inEach<T>({ tools }: Play, of: (tool: ToolName) => T): Record<ToolName, T> {
  return Object.fromEntries(tools.map((tool) => [tool, of(tool)])) as Record<ToolName, T>;
}

interface Done {
  readonly sent?: ScimRequest;
  readonly answered?: ScimAnswer;
  readonly checks: readonly Check[];
}

/** What cannot even be done, for want of something an earlier step should have brought, is a check that failed. */
async function perform({ act }: Step, stage: Stage, memory: Memory): Promise<Done> {
  try {
    switch (act.kind) {
      case 'scim':
        return await send(act, stage, memory);
      case 'by-hand':
        act.edit(stage.sandbox);
        return { checks: [] };
      case 'sync':
        for (const tool of stage.play.tools) await stage.admin.sync(tool);
        return { checks: [] };
    }
  } catch (error) {
    const actual = error instanceof Error ? error.message : String(error);
    return { checks: [{ claim: 'the step can be done', differences: [{ at: 'step', expected: 'done', actual }] }] };
  }
}

async function send(act: ScimCall, stage: Stage, memory: Memory): Promise<Done> {
  const sent = act.send(memory);
  const answered = await callScim(endpointOf(stage), stage.idp, sent);
  if (act.remember !== undefined) memory.keep(act.remember, answered.body);
  return { sent, answered, checks: [checkAnswer(answered, act.answer)] };
}

/** What SCIM and the admin API must say by now. */
async function told({ tells, repaired }: Step, stage: Stage, memory: Memory): Promise<readonly Check[]> {
  const checks: Check[] = [];
  if (tells !== undefined && memory.has(tells.about)) {
    const path = `/Users/${memory.id(tells.about)}`;
    const { body } = await callScim(endpointOf(stage), stage.idp, { method: 'GET', path });
    checks.push(provisioningCheck(body, tells));
  }
  if (repaired !== undefined) checks.push(repairCheck(await stage.admin.repaired(), repaired));
  return checks;
}

function endpointOf({ sandbox, fetch }: Stage): Endpoint {
  return { base: `${sandbox.url}/scim/v2`, token: sandbox.scimToken, fetch };
}

function holds(tool: ToolName, expected: Picture, actual: Picture): Check {
  return { claim: `${tool} holds what was asked`, differences: differences(expected, actual, tool) };
}
