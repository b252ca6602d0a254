import { TargetError } from '../target-error.js';
import { afterSending, type CallInWords } from './classify-failure.js';

export interface RefusedAnswer {
  readonly status: number;
  /** The vendor's own words, already shortened; undefined when it gave none. */
  readonly words: string | undefined;
  /** From `Retry-After` and its relatives, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Where a redirect points, when it is one. */
  readonly location: string | undefined;
}

/**
 * Turns an answer that is not 2xx into the `TargetError` whose disposition fits.
 *
 *   status         │ read                  │ write
 *   401            │ UNAUTHORIZED          │ UNAUTHORIZED
 *   403            │ UNAUTHORIZED          │ REJECTED: it may concern this one object only
 *   429            │ RATE_LIMITED          │ RATE_LIMITED: a throttled write has changed nothing
 *   408, 5xx       │ UNAVAILABLE           │ UNAVAILABLE if it may be repeated, else OUTCOME_UNKNOWN
 *   3xx            │ UNEXPECTED_RESPONSE   │ UNEXPECTED_RESPONSE
 *   any other 4xx  │ REJECTED              │ REJECTED
 *
 * @param habits.unhintedPauseMs how long to leave a target alone whose 429 names no time
 * @param habits.credentialHint what else to check when the credential is refused
 */
export function classifyAnswer(
  answer: RefusedAnswer,
  call: CallInWords,
  habits: { readonly unhintedPauseMs: number; readonly credentialHint?: string | undefined },
): TargetError {
  const { status, retryAfterMs, words } = answer;
  const said = words === undefined ? '' : `: ${words.replace(/\.$/, '')}`;
  if (status === 401) {
    const check = `Check the token, and that ${call.host} is the host of this account.`;
    const hint = habits.credentialHint === undefined ? check : `${check} ${habits.credentialHint}`;
    const message = `${call.label} does not accept the credential${said}. ${hint}`;
    return new TargetError('UNAUTHORIZED', message, { status, words });
  }
  if (status === 429) {
    const wait = retryAfterMs ?? habits.unhintedPauseMs;
    const message = `${call.label} asks to be left alone for ${Math.ceil(wait / 1000)} s${said}`;
    return new TargetError('RATE_LIMITED', message, { status, words, retryAfterMs: wait });
  }
  if (status === 408 || status >= 500) {
    const { code, message } = afterSending(call, `answered ${status}${said}`);
    return new TargetError(code, message, { status, words, retryAfterMs });
  }
  if (status >= 300 && status < 400) {
    const message = `${call.label}: ${call.call} was redirected to ${hostOf(answer.location, call)}; check the address in the configuration`;
    return new TargetError('UNEXPECTED_RESPONSE', message, { status });
  }
  if (status === 403 && call.reads) {
    const message = `${call.label} does not let the credential read ${call.call}${said}; check the rights of the token`;
    return new TargetError('UNAUTHORIZED', message, { status, words });
  }
  if (status < 400) return new TargetError('UNEXPECTED_RESPONSE', `${call.label}: answered ${status}`, { status });
  const reason = words ?? `no reason given to ${call.call}`;
  return new TargetError('REJECTED', `${call.label} refused (${status}): ${reason}`, { status, words });
}

function hostOf(location: string | undefined, call: CallInWords): string {
  if (location === undefined || !URL.canParse(location, call.host)) return 'an unnamed place';
  return new URL(location, call.host).origin;
}
