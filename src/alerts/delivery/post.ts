import axios, { isAxiosError } from 'axios';
import { retryAfterMs } from '../../targets/http/retry-after.js';

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface PostDeps {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** From connecting to the last byte of the answer, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What became of one attempt. `reason` is in words and holds nothing of the address, the headers or the body. */
export type Posted =
  | { readonly kind: 'accepted' }
  | {
      readonly kind: 'refused';
      readonly reason: string;
      readonly retryAfterMs: number | undefined;
      /** What another message would meet as well, or this one alone. */
      readonly concerns: 'channel' | 'message';
      /** The receiver says that it is gone for good. */
      readonly gone: boolean;
    };

/** In bytes; of the answer only the status and a word are read. */
const largestAnswer = 65_536;

/** Sends one message. Follows no redirect, which could carry it to somebody else. Never rejects. */
export async function post({ url, headers, body }: Post, { now, timeoutMs, signal }: PostDeps): Promise<Posted> {
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const response = await axios.request<string>({
      method: 'POST',
      url,
      data: Buffer.from(body),
      headers: { 'Content-Type': 'application/json', 'User-Agent': 'drawbridge', ...headers },
      signal: AbortSignal.any([signal, deadline]),
      maxRedirects: 0,
      maxContentLength: largestAnswer,
      responseType: 'text',
      transformResponse: (text: string) => text,
      validateStatus: () => true,
    });
    return answered(response.status, response.data, retryAfterMs(response.headers as Record<string, unknown>, now()));
  } catch (failure) {
    // The library's error prints the address and the body, so only its code is read.
    return refused(reasonOf(failure, { stopped: signal.aborted, late: deadline.aborted }));
  }
}

function answered(status: number, text: string, wait: number | undefined): Posted {
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  if (status >= 300 && status < 400) {
    return refused(`the receiver redirects elsewhere (${status}): put the final address into the configuration`);
  }
  const reason = `the receiver answered ${status}${wordIn(text)}`;
  const concernsMessage = status === 400 || status === 413 || status === 422;
  return {
    ...refused(reason),
    retryAfterMs: wait,
    concerns: concernsMessage ? 'message' : 'channel',
    gone: status === 410,
  };
}

/** Slack answers with one word, such as `no_service`; anything longer might repeat what we sent. */
function wordIn(text: string): string {
  const word = text.trim();
  return /^[a-z_]{3,40}$/.test(word) ? `: ${word}` : '';
}

function refused(reason: string): Posted & { readonly kind: 'refused' } {
  return { kind: 'refused', reason, retryAfterMs: undefined, concerns: 'channel', gone: false };
}

function reasonOf(failure: unknown, { stopped, late }: { readonly stopped: boolean; readonly late: boolean }): string {
  if (stopped) return 'Drawbridge was stopped before the receiver answered';
  if (late) return 'the receiver did not answer in time';
  const code = isAxiosError(failure) ? failure.code : undefined;
  return `the receiver cannot be reached (${code ?? 'unknown error'})`;
}
