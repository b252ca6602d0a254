import { listInterrupted, recordOutcome } from '../store/journal.js';
import { claimDue, nextDueAt } from '../store/due-queue.js';
import { takeLease, type Lease } from '../store/leases.js';
import { markDueIn } from '../store/mark-due.js';
import { fold } from '../model/fold.js';
import { lane } from '../model/lane.js';
import { listInvited, presumedSent, saveGroupShadow, saveInvitation } from '../store/shadows.js';
import { sweepTarget } from '../store/sweep.js';
import { readTargetState, saveTargetState, type TargetStateRow } from '../store/target-states.js';
import type { Operation } from '../model/operation.js';
import type { DueRow, OperationRow } from '../store/tables.js';
import { TargetError } from '../targets/target-error.js';
import type { Preflight } from '../targets/target.js';
import { asTargetError, LeaseLost } from './apply-operations.js';
import { runBatch, type Unsettled } from './batch.js';
import { backOffMs, type Runtime } from './runtime.js';
import type { Signals } from './signals.js';

export interface LoopOptions {
  /** Names this process among those that share the store. */
  readonly holder: string;
  /** At least three times the longest HTTP time-out. */
  readonly leaseMs: number;
  readonly sweepMs: number;
  readonly pollMs: number;
  /** Called with each SCIM user id whose key a batch worked on. */
  readonly onWorked: (userIds: readonly string[]) => void;
}

/** What one pass of the loop came to. */
export type Pass = 'worked' | 'idle' | 'paused' | 'led-elsewhere';

/**
 * Keeps one target converged: takes due keys batch by batch, sweeps now and then, and looks after invitations. At most
 * one loop in the whole cluster writes to a target, the one that holds its lease.
 */
export class TargetLoop {
  readonly runtime: Runtime;
  readonly #options: LoopOptions;
  readonly #unsettled: Unsettled = new Map();
  #preflight: Preflight | undefined;
  #fence: number | undefined;
  #failures = 0;

  constructor(runtime: Runtime, options: LoopOptions) {
    this.runtime = runtime;
    this.#options = options;
  }

  get preflight(): Preflight | undefined {
    return this.#preflight;
  }

  /** Does what is due now, one batch at the most. Never rejects for what a target did. */
  async pass(signals: Signals): Promise<Pass> {
    const { store, config, now } = this.runtime;
    const state = await readTargetState(store, config.name);
    if ((state.paused_until ?? 0) > now()) return 'paused';
    const lease = await takeLease(store, config.name, this.#options.holder, now(), this.#options.leaseMs);
    if (lease === undefined) return 'led-elsewhere';
    const stopRenewing = this.#renew(lease);
    try {
      return await this.#work(lease, state, signals);
    } catch (thrown) {
      // Whatever broke off may have left operations without an outcome: the next pass looks into them first.
      this.#fence = undefined;
      if (!(thrown instanceof LeaseLost)) throw thrown;
      this.runtime.log.warn('the lease is held elsewhere now', { target: config.name });
      return 'led-elsewhere';
    } finally {
      stopRenewing();
    }
  }

  /** When to look again, in epoch milliseconds. */
  async nextPassAt(): Promise<number> {
    const { store, config, now, settling } = this.runtime;
    const state = await readTargetState(store, config.name);
    const due = (await nextDueAt(store, config.name, settling)) ?? Number.POSITIVE_INFINITY;
    const sweep = (state.last_sweep_at ?? 0) + this.#options.sweepMs;
    const poll = (state.last_poll_at ?? 0) + this.#options.pollMs;
    return Math.max(state.paused_until ?? 0, Math.min(due, sweep, poll), now());
  }

  async #work(lease: Lease, state: TargetStateRow, signals: Signals): Promise<Pass> {
    const { store, config, now, settling } = this.runtime;
    const isNew = this.#preflight === undefined;
    const preflight = await this.#connect(signals);
    if (preflight === undefined) return 'paused';
    if (this.#fence !== lease.fence) {
      await this.#resolveInterrupted(preflight);
      this.#fence = lease.fence;
    }
    await this.#keepTime(state);
    const rows = await claimDue(store, config.name, now(), settling);
    if (rows.length === 0) {
      if (isNew && state.last_error !== null) await this.#succeeded();
      return 'idle';
    }
    const worked = (done: readonly DueRow[]): void => {
      this.#options.onWorked(done.filter((row) => row.kind === 'account').map((row) => row.key));
    };
    const batch = { rows, capabilities: preflight.capabilities, lease, onLeavers: worked };
    const { stop } = await runBatch(this.runtime, batch, this.#unsettled, signals);
    if (stop === undefined) await this.#succeeded();
    else await this.#failed(stop);
    worked(rows);
    return stop === undefined ? 'worked' : 'paused';
  }

  async #connect(signals: Signals): Promise<Preflight | undefined> {
    if (this.#preflight !== undefined) return this.#preflight;
    const { target, log, config } = this.runtime;
    try {
      this.#preflight = await target.connect(signals.abort);
    } catch (thrown) {
      await this.#failed(asTargetError(thrown));
      return undefined;
    }
    const { dialect, warnings } = this.#preflight;
    log.info('target connected', { target: config.name, dialect });
    for (const warning of warnings) log.warn('target warning', { target: config.name, warning });
    return this.#preflight;
  }

  /** Makes everything due when a sweep is, and everybody who may have accepted an invitation. */
  async #keepTime(state: TargetStateRow): Promise<void> {
    const { store, config, now } = this.runtime;
    const at = now();
    if (at - (state.last_sweep_at ?? 0) >= this.#options.sweepMs) {
      await sweepTarget(store, config.name, at, { actor: 'engine', requestId: 'sweep' });
      await saveTargetState(store, config.name, { last_sweep_at: at, last_poll_at: at });
    } else if (at - (state.last_poll_at ?? 0) >= this.#options.pollMs) {
      const keys = await listInvited(store, config.name);
      const cause = { actor: 'engine', requestId: 'invitations' };
      await store.write((trx) =>
        markDueIn(store, trx, config.name, { kind: 'account', keys, lane: lane.person, cause, now: at }),
      );
      await saveTargetState(store, config.name, { last_poll_at: at });
    }
  }

  /**
   * What a former process had begun and not recorded: nobody knows whether it landed. The keys are still due, so the
   * next batch looks first; only what no look can tell must be written down here.
   */
  async #resolveInterrupted(preflight: Preflight): Promise<void> {
    const { store, config, now, log } = this.runtime;
    for (const row of await listInterrupted(store, config.name)) {
      await store.write(async (trx) => {
        const detail = 'the process ended before the answer was recorded';
        await recordOutcome(trx, row.id, { state: 'unknown', detail, remoteId: undefined, at: now() });
        const operation = JSON.parse(row.operation) as Operation;
        if (operation.kind === 'create-group') {
          const { key, name } = operation;
          const shadow = {
            target: config.name,
            key,
            name,
            state: 'pending',
            detail,
            remoteId: undefined,
            createdByUs: true,
          };
          await saveGroupShadow(trx, { ...shadow, at: now() });
        }
        if (operation.kind === 'invite' && !preflight.capabilities.listsInvitations) {
          for (const userId of usersOf(row)) {
            const correlationKey = fold(operation.email.trim());
            const invitation = {
              target: config.name,
              userId,
              correlationKey,
              invitationId: undefined,
              detail: presumedSent,
            };
            await saveInvitation(trx, { ...invitation, at: row.intended_at });
          }
        }
      });
      log.warn('an interrupted operation is looked into', { target: config.name, operation: row.kind });
    }
  }

  async #succeeded(): Promise<void> {
    this.#failures = 0;
    const { store, config, now } = this.runtime;
    const well = { last_error: null, last_error_code: null, failing_since: null, paused_until: null };
    await saveTargetState(store, config.name, { ...well, last_success_at: now() });
  }

  /** The whole target is left alone for a while: as long as it asks for, else ever longer. */
  async #failed(error: TargetError): Promise<void> {
    const { store, config, now, random, log } = this.runtime;
    const throttled = error.code === 'RATE_LIMITED';
    if (!throttled) this.#failures += 1;
    if (error.disposition === 'stop-target') this.#preflight = undefined;
    const wait = error.retryAfterMs ?? (throttled ? 60_000 : backOffMs(this.#failures, random));
    const { failing_since: since } = await readTargetState(store, config.name);
    await saveTargetState(store, config.name, {
      last_error: error.message,
      last_error_at: now(),
      last_error_code: error.code,
      failing_since: since ?? now(),
      paused_until: now() + wait,
    });
    log.warn('target paused', { target: config.name, code: error.code, reason: error.message, waitMs: wait });
  }

  #renew(lease: Lease): () => void {
    const { store, config, now, log } = this.runtime;
    const { holder, leaseMs } = this.#options;
    const timer = setInterval(() => {
      takeLease(store, config.name, holder, now(), leaseMs).catch((error: unknown) => {
        log.warn('the lease could not be renewed', { target: config.name, error: String(error), fence: lease.fence });
      });
    }, leaseMs / 3);
    timer.unref();
    return () => clearInterval(timer);
  }
}

function usersOf(row: OperationRow): string[] {
  const subjects = JSON.parse(row.subjects) as string[];
  return subjects
    .filter((subject) => subject.startsWith('account:'))
    .map((subject) => subject.slice('account:'.length));
}
