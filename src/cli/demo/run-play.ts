import type { Sandbox } from '../../sandbox-main.js';
import type { TargetStatus } from '../../openapi/admin-schemas.js';
import { checkAnswer } from './check-answer.js';
import { differences, type Check } from './check.js';
import { checkLedger } from './check-ledger.js';
import type { IdentityProvider } from './identity-provider.js';
import { lifecycle, mailsSent, type Dialect } from './lifecycle.js';
import { Memory } from './memory.js';
import { pictureOf, withChange, type Picture } from './picture.js';
import type { PlayedStep } from './played-step.js';
import { callScim, type Endpoint, type ScimAnswer } from './scim-caller.js';
import { provisioningCheck, settle } from './settle.js';
import type { ScimCall, ScimRequest, Step } from './step.js';

export interface Stage {
  readonly idp: IdentityProvider;
  readonly dialect: Dialect;
  readonly sandbox: Sandbox;
  readonly status: () => Promise<TargetStatus>;
  readonly fetch: Endpoint['fetch'];
  readonly now: () => number;
  /** How long a step may take to reach dbt. */
  readonly withinMs: number;
}

/**
 * Plays one identity provider's lifecycle step by step, and checks after each that dbt holds exactly what was asked and
 * whatever it held besides. A check that fails hides none of the following: what was asked for stays asked for.
 */
export async function* runPlay(stage: Stage): AsyncGenerator<PlayedStep> {
  const { idp, dialect, sandbox } = stage;
  const { control } = sandbox.dbt;
  const play = { identityProvider: idp.name, dialect };
  const memory = new Memory();
  const picture = () => pictureOf(control.state());
  let expected = picture();
  let withinMs = stage.withinMs;
  let number = 0;

  for (const step of lifecycle(idp, dialect)) {
    number += 1;
    expected = withChange(expected, step.dbt ?? {});
    const done = await perform(step, stage, memory);
    const { inTime, checks } = await settle({
      status: stage.status,
      told: () => told(step, stage, memory),
      now: stage.now,
      withinMs,
    });
    // What did not arrive in the whole time will hardly do so later; the rest of the play need not wait as long again.
    if (!inTime) withinMs = stage.withinMs / 10;
    const dbt = picture();
    yield { ...play, number, name: step.name, ...done, dbt, checks: [...done.checks, ...checks, holds(expected, dbt)] };
  }
  const checks = checkLedger(control, mailsSent(dialect));
  yield { ...play, number: number + 1, name: 'Looking back at everything dbt was asked', dbt: picture(), checks };
}

interface Done {
  readonly sent?: ScimRequest;
  readonly answered?: ScimAnswer;
  readonly checks: readonly Check[];
}

/** What cannot even be done, for want of something an earlier step should have brought, is a check that failed. */
async function perform(step: Step, stage: Stage, memory: Memory): Promise<Done> {
  try {
    if (step.act.kind === 'scim') return await send(step.act, stage, memory);
    step.act.edit(stage.sandbox.dbt.control);
    return { checks: [] };
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

async function told({ tells }: Step, stage: Stage, memory: Memory): Promise<Check | undefined> {
  if (tells === undefined || !memory.has(tells.about)) return undefined;
  const path = `/Users/${memory.id(tells.about)}`;
  const { body } = await callScim(endpointOf(stage), stage.idp, { method: 'GET', path });
  return provisioningCheck(body, tells.about, tells.state);
}

function endpointOf({ sandbox, fetch }: Stage): Endpoint {
  return { base: `${sandbox.url}/scim/v2`, token: sandbox.scimToken, fetch };
}

function holds(expected: Picture, actual: Picture): Check {
  return { claim: 'dbt holds what was asked', differences: differences(expected, actual, 'dbt') };
}
