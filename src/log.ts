import { AsyncLocalStorage } from 'node:async_hooks';
import winston from 'winston';
import type { Log, LogFields } from './model/log.js';
import { formatPretty } from './log/format-pretty.js';
import type { LogEntry } from './log/log-entry.js';
import { createRedaction } from './log/redaction.js';

const levels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof levels)[number];

export interface LogOptions {
  readonly level: LogLevel;
  /** `json`: one object a line, for machines; `pretty`: for a person at a terminal. */
  readonly format: 'json' | 'pretty';
  /** Credentials to mask wherever they turn up, in whatever field or sentence. */
  readonly secrets?: readonly string[];
  /** Where lines go; standard output when absent. */
  readonly stream?: NodeJS.WritableStream;
}

const requestIds = new AsyncLocalStorage<string>();

/** Runs `work` so that every line logged within, however deep and however late, carries this request id. */
export function withRequestId<T>(requestId: string, work: () => T): T {
  return requestIds.run(requestId, work);
}

/** The id of the request being served, if one is. */
export function currentRequestId(): string | undefined {
  return requestIds.getStore();
}

/** Level and format from `LOG_LEVEL` and `LOG_FORMAT`; anything not understood is `info` and `json`. */
export function logOptionsFrom(
  env: Readonly<Record<string, string | undefined>>,
): Pick<LogOptions, 'level' | 'format'> {
  const wanted = env['LOG_LEVEL']?.toLowerCase();
  return {
    level: levels.find((level) => level === wanted) ?? 'info',
    format: env['LOG_FORMAT'] === 'pretty' ? 'pretty' : 'json',
  };
}

/**
 * A logger whose lines hold time, level, message, the current request's id, and the fields given.
 *
 * Fields named like a credential and values that are one are masked at any depth. An error is reduced to name, message
 * and code; its stack is written only when the level is `debug`.
 */
export function createLog({ level, format, secrets = [], stream = process.stdout }: LogOptions): Log {
  const redact = createRedaction({ secrets, stacks: level === 'debug' });
  const line = format === 'pretty' ? formatPretty : (entry: LogEntry) => JSON.stringify(entry);
  const logger = winston.createLogger({
    level,
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    format: winston.format.printf((info) => line(info['entry'] as LogEntry)),
    transports: [new winston.transports.Stream({ stream })],
  });
  const write =
    (at: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (!logger.isLevelEnabled(at)) return;
      logger.log({ level: at, message: '', entry: redact(entryOf(at, message, fields)) });
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** Our own fields come first in the line and cannot be overwritten by a caller's of the same name. */
function entryOf(level: LogLevel, message: string, fields: LogFields): LogEntry {
  const own = { timestamp: new Date().toISOString(), level, message };
  const requestId = currentRequestId();
  return { ...own, ...(requestId === undefined ? {} : { requestId }), ...fields, ...own };
}
