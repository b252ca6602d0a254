import { isAxiosError } from 'axios';
import { TargetError } from '../target-error.js';

/** What the classifiers need to know of a call: never its headers or its body. */
export interface CallInWords {
  /** e.g. `dbt Cloud`. */
  readonly label: string;
  /** e.g. `POST /api/v3/accounts/12345/invites/`. */
  readonly call: string;
  /** True: the call changes nothing. */
  readonly reads: boolean;
  /** True: a second identical call cannot do harm. */
  readonly repeatable: boolean;
  /** Where it was sent, e.g. `https://cloud.getdbt.com`. */
  readonly host: string;
}

/** Failures of finding or greeting the server; the request itself has not left by then. */
const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EPROTO',
  'ERR_INVALID_CHAR',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/**
 * Turns a call that got no complete answer into a `TargetError`.
 *
 * The HTTP library's error prints the Authorization header and the request body, so nothing of it is kept: not as
 * `cause`, not in the message. Only the error's code, a word of the operating system, is read.
 *
 * @param interruption why we ourselves ended the call, if we did
 */
export function classifyFailure(
  failure: unknown,
  call: CallInWords,
  interruption: 'time-out' | 'stopped' | undefined,
): TargetError {
  if (interruption === 'stopped') return afterSending(call, 'the call was stopped before its answer came');
  if (interruption === 'time-out') return afterSending(call, 'no complete answer came in time');
  const code = codeOf(failure);
  if (beforeSending.has(code) || failedToConnect(failure)) {
    return new TargetError('NEVER_SENT', `${call.label} cannot be reached at ${call.host} (${code})`);
  }
  if (/maxContentLength/.test(messageOf(failure))) return unreadable(call, 'the answer is larger than any we expect');
  return afterSending(call, `the connection was lost before the answer was complete (${code})`);
}

/** An answer with a good status that cannot be read: for a write, nobody knows what became of it. */
export function unreadable(call: CallInWords, what: string, isPage = false): TargetError {
  const code = call.reads ? 'UNEXPECTED_RESPONSE' : 'OUTCOME_UNKNOWN';
  return new TargetError(code, `${call.label}: ${call.call}: ${what}`, { isPage });
}

/** The request left and its fate is unknown: harmless where it may simply be sent again. */
export function afterSending(call: CallInWords, what: string): TargetError {
  const code = call.reads || call.repeatable ? 'UNAVAILABLE' : 'OUTCOME_UNKNOWN';
  return new TargetError(code, `${call.label}: ${call.call}: ${what}`);
}

function codeOf(failure: unknown): string {
  return isAxiosError(failure) && failure.code !== undefined ? failure.code : 'unknown error';
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : '';
}

/** A time-out or reset can come from connecting too; the system call that failed tells them apart. */
function failedToConnect(failure: unknown): boolean {
  if (!isAxiosError(failure)) return false;
  const { cause } = failure;
  // Several addresses of one host, all refused: Node reports them together.
  if (cause instanceof AggregateError) return true;
  if (cause !== undefined && 'syscall' in cause && (cause.syscall === 'connect' || cause.syscall === 'getaddrinfo')) {
    return true;
  }
  return /before secure TLS connection was established/.test(failure.message);
}
