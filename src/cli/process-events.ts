import type { Log } from '../model/log.js';
import type { CliContext } from './context.js';
import { exitCode } from './exit-code.js';

type Process = CliContext['process'];

const stopSignals = ['SIGTERM', 'SIGINT'] as const;

/** A terminal signals the whole group, and npm may pass the same signal on: what comes this soon is the first one again. */
const echoWithinMs = 1000;

/** Resolves with the first signal that asks to stop. A second one does not wait for the end of the stopping. */
export function nextStopSignal(process: Process, now: () => number = Date.now): Promise<string> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    for (const signal of stopSignals) {
      process.on(signal, () => {
        if (askedAt !== undefined && now() - askedAt > echoWithinMs) process.exit(exitCode.failed);
        askedAt ??= now();
        resolve(signal);
      });
    }
  });
}

/**
 * An error nobody caught leaves the process in a state nobody thought of: one line, then out. What was acknowledged is
 * stored and what was begun is journaled, so a restart continues where this left off.
 */
export function exitOnFatal(process: Process, log: Log): void {
  const fatal = (error: unknown) => {
    log.error('unexpected error, stopping', { error });
    process.exit(exitCode.failed);
  };
  process.on('uncaughtException', fatal);
  process.on('unhandledRejection', fatal);
}
