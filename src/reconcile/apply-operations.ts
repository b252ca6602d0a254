import type { Cause } from '../model/cause.js';
import type { Observation } from '../model/observation.js';
import type { Operation, Outcome } from '../model/operation.js';
import { describeChange, signatureOf } from '../model/planned-change.js';
import { appendAudit } from '../store/audit.js';
import { recordIntent, recordOutcome, type OperationState } from '../store/journal.js';
import { isLeaseHeld, type Lease } from '../store/leases.js';
import { presumedSent, saveAccountShadow, saveGroupShadow, saveInvitation } from '../store/shadows.js';
import type { Trx } from '../store/store.js';
import { TargetError } from '../targets/target-error.js';
import type { Capabilities } from '../targets/target.js';
import type { PlannedOperation } from './compose.js';
import type { Work } from './load-work.js';
import type { Runtime } from './runtime.js';
import type { Signals } from './signals.js';

/** What became of one operation; `error` when it failed or nobody knows. */
export interface Applied {
  readonly planned: PlannedOperation;
  readonly outcome: Outcome | undefined;
  readonly error: TargetError | undefined;
}

export interface ApplyContext {
  readonly runtime: Runtime;
  readonly capabilities: Capabilities;
  readonly lease: Lease;
  readonly batch: string;
  readonly work: Work;
  readonly observation: Observation;
  /** Approved changes by signature, with the hold that was released for them. */
  readonly approved: ReadonlyMap<string, string>;
  readonly signals: Signals;
}

/** The lease was lost: somebody else writes to this target now, so this process must not. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/**
 * Journals, sends and records operations, different ones concurrently up to the target's limit. A refusal concerns its
 * own operation only; once the target throttles us, rejects the credential, or is to stop, nothing further is sent.
 */
export async function applyOperations(
  operations: readonly PlannedOperation[],
  context: ApplyContext,
): Promise<Applied[]> {
  const results: Applied[] = [];
  const queue = [...operations];
  let stopped = false;
  const worker = async (): Promise<void> => {
    for (let planned = queue.shift(); planned !== undefined && !stopped; planned = queue.shift()) {
      const applied = await applyOne(planned, context);
      results.push(applied);
      const stops = applied.error?.code === 'RATE_LIMITED' || applied.error?.disposition === 'stop-target';
      if (stops || context.signals.stopping.aborted) stopped = true;
    }
  };
  const lanes = Math.min(context.runtime.config.limits.concurrency, operations.length);
  await Promise.all(Array.from({ length: lanes }, worker));
  return results;
}

async function applyOne(planned: PlannedOperation, context: ApplyContext): Promise<Applied> {
  const { runtime } = context;
  const id = await journal(planned, context);
  runtime.onStep?.('intended');
  let outcome: Outcome | undefined;
  let error: TargetError | undefined;
  try {
    outcome = await runtime.target.apply(planned.operation, context.signals.abort);
  } catch (thrown) {
    error = asTargetError(thrown);
  }
  runtime.onStep?.('applied');
  await record(id, planned, outcome, error, context);
  runtime.onStep?.('recorded');
  return { planned, outcome, error };
}

async function journal(planned: PlannedOperation, context: ApplyContext): Promise<string> {
  const { runtime, work, lease } = context;
  const { store, now, newId, config } = runtime;
  const id = newId();
  const cause = causeOf(planned, work);
  const isClearing = planned.changes.some(({ change }) => change.kind === 'revoke' && change.clearing === true);
  const removed = isClearing ? nothingRemoved : removals(planned.operation);
  const holds = planned.changes.map(({ change }) => context.approved.get(signatureOf(change)));
  await store.write(async (trx) => {
    if (!(await isLeaseHeld(trx, lease, now()))) throw new LeaseLost(`the lease on ${config.name} is held elsewhere`);
    await recordIntent(trx, {
      id,
      target: config.name,
      batch: context.batch,
      operation: planned.operation,
      subjects: planned.subjects,
      before: beforeImage(planned.operation, context.observation),
      ...removed,
      hold: holds.find((hold) => hold !== undefined),
      cause,
      at: now(),
    });
  });
  return id;
}

/** Who asked for it, as stored with the first key it serves. */
function causeOf({ subjects: [first] }: PlannedOperation, work: Work): string {
  const row = first === undefined ? undefined : work.rows.get(first);
  return row?.cause ?? JSON.stringify({ actor: 'engine', requestId: 'plan' } satisfies Cause);
}

async function record(
  id: string,
  planned: PlannedOperation,
  outcome: Outcome | undefined,
  error: TargetError | undefined,
  context: ApplyContext,
): Promise<void> {
  const { runtime, work } = context;
  const { store, now, config } = runtime;
  const state: OperationState =
    error === undefined ? 'done' : error.disposition === 'observe-again' ? 'unknown' : 'failed';
  const at = now();
  const detail = error?.message ?? outcome?.kind;
  const remoteId = outcome?.remoteId;
  await store.write(async (trx) => {
    await recordOutcome(trx, id, { state, detail, remoteId, at });
    await recordConsequence(trx, planned, outcome, state, context);
    const cause = JSON.parse(causeOf(planned, work)) as Cause;
    const changes = planned.changes.slice(0, 100).map(({ change }) => describeChange(change));
    const entry = {
      target: config.name,
      operation: planned.operation.kind,
      state,
      detail,
      changes,
      subjects: planned.subjects.slice(0, 100),
    };
    await appendAudit(trx, cause, at, {
      directory: 'engine',
      action: `apply-${planned.operation.kind}`,
      subjectKind: 'operation',
      subjectId: id,
      detail: entry,
    });
  });
  const fields = { target: config.name, operation: planned.operation.kind, state, subjects: planned.subjects.length };
  if (error === undefined) runtime.log.info('operation applied', fields);
  else if (error.cause !== undefined && error.message === adapterDefect)
    runtime.log.error(adapterDefect, { ...fields, error: error.cause });
  else runtime.log.warn('operation failed', { ...fields, code: error.code, reason: error.message });
}

/** What must be remembered at once, because no later look at the target may tell it. */
async function recordConsequence(
  trx: Trx,
  planned: PlannedOperation,
  outcome: Outcome | undefined,
  state: OperationState,
  context: ApplyContext,
): Promise<void> {
  const { runtime, capabilities } = context;
  const { config, now } = runtime;
  const { operation } = planned;
  if (operation.kind === 'invite') {
    const presumed = state === 'unknown' && !capabilities.listsInvitations;
    if (state !== 'done' && !presumed) return;
    await rememberInvitation(trx, planned.subjects, context, outcome?.remoteId, presumed ? presumedSent : undefined);
  }
  if (operation.kind === 'create-account' && outcome?.remoteId !== undefined) {
    await rememberAccount(trx, planned.subjects, context, outcome.remoteId);
  }
  if (operation.kind === 'cancel-invitation' && (outcome?.kind === 'done' || outcome?.kind === 'already-so')) {
    await forgetInvitation(trx, planned.subjects, context);
  }
  if (operation.kind === 'create-group' && state !== 'failed') {
    const createdByUs = state === 'unknown' || outcome?.kind === 'done' ? { createdByUs: true } : {};
    const { key, name } = operation;
    const shadow = {
      target: config.name,
      key,
      name,
      state: 'pending',
      detail: undefined,
      remoteId: outcome?.remoteId,
      at: now(),
    };
    await saveGroupShadow(trx, { ...shadow, ...createdByUs });
  }
}

/**
 * A list may not show a new account yet; its id does. While the account it takes the place of is there, that one stays
 * linked, or nobody would remember to close it.
 */
async function rememberAccount(
  trx: Trx,
  subjects: readonly string[],
  { runtime, work, observation }: ApplyContext,
  remoteId: string,
): Promise<void> {
  for (const subject of subjects) {
    const person = work.bySubject.get(subject);
    if (person?.desired.kind !== 'account') continue;
    const { userId, shadow } = person;
    if (shadow?.remoteId !== undefined && observation.accounts.has(shadow.remoteId)) continue;
    const { correlationKey } = person.desired.account;
    const record = { target: runtime.config.name, userId, remoteId, correlationKey, at: runtime.now() };
    const nothingElse = {
      detail: undefined,
      invitationId: undefined,
      invitation: 'clear',
      observed: undefined,
    } as const;
    await saveAccountShadow(trx, { ...record, ...nothingElse, state: 'pending' });
  }
}

/** Withdrawn, it is not on its way any more, however short a time ago it was sent. */
async function forgetInvitation(trx: Trx, subjects: readonly string[], { runtime, work }: ApplyContext): Promise<void> {
  for (const subject of subjects) {
    const shadow = work.bySubject.get(subject)?.shadow;
    const userId = work.bySubject.get(subject)?.userId;
    if (shadow === undefined || userId === undefined) continue;
    const { remoteId, correlationKey } = shadow;
    const record = { target: runtime.config.name, userId, remoteId, correlationKey, at: runtime.now() };
    const nothingElse = {
      detail: undefined,
      invitationId: undefined,
      invitation: 'clear',
      observed: undefined,
    } as const;
    await saveAccountShadow(trx, { ...record, ...nothingElse, state: 'pending' });
  }
}

async function rememberInvitation(
  trx: Trx,
  subjects: readonly string[],
  context: ApplyContext,
  invitationId: string | undefined,
  detail: string | undefined,
): Promise<void> {
  const { runtime, work } = context;
  for (const subject of subjects) {
    const person = work.bySubject.get(subject);
    if (person?.desired.kind !== 'account') continue;
    const { correlationKey } = person.desired.account;
    const { userId } = person;
    await saveInvitation(trx, {
      target: runtime.config.name,
      userId,
      correlationKey,
      invitationId,
      detail,
      at: runtime.now(),
    });
  }
}

const nothingRemoved = { removedAccounts: 0, removedMembers: new Map<string, number>() };

function removals(operation: Operation): { removedAccounts: number; removedMembers: ReadonlyMap<string, number> } {
  switch (operation.kind) {
    case 'deactivate-account':
      return { removedAccounts: 1, removedMembers: new Map() };
    case 'set-group-members':
      return {
        removedAccounts: 0,
        removedMembers: new Map(operation.remove.length > 0 ? [[operation.groupId, operation.remove.length]] : []),
      };
    case 'set-account-groups':
      return { removedAccounts: 0, removedMembers: new Map(operation.remove.map((groupId) => [groupId, 1])) };
    case 'remove-member':
      return { removedAccounts: 0, removedMembers: new Map([[operation.groupId, 1]]) };
    default:
      return nothingRemoved;
  }
}

/** What the operation is about to change, as just observed: what an undo starts from. */
function beforeImage(operation: Operation, observation: Observation): unknown {
  if (operation.kind === 'set-group-members') {
    return { members: [...(observation.groups.get(operation.groupId)?.members ?? [])] };
  }
  if ('accountId' in operation) {
    const account = observation.accounts.get(operation.accountId);
    return account === undefined ? undefined : { ...account, groups: [...account.groups] };
  }
  if ('groupId' in operation) return { name: observation.groups.get(operation.groupId)?.name };
  return undefined;
}

const adapterDefect = 'the adapter failed unexpectedly';

/** Adapters throw `TargetError` only; anything else is a defect, and must not pass for an answer of the target. */
export function asTargetError(thrown: unknown): TargetError {
  if (thrown instanceof TargetError) return thrown;
  return new TargetError('OUTCOME_UNKNOWN', adapterDefect, { cause: thrown });
}
