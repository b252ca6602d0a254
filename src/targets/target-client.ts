import { setTimeout as sleepFor } from 'node:timers/promises';
import type { AxiosInstance, AxiosResponse } from 'axios';
import type { z } from 'zod';
import { silentLog, type Log } from '../model/log.js';
import { classifyAnswer } from './http/classify-answer.js';
import { wasStaleConnection } from './http/stale-connection.js';
import { classifyFailure, unreadable, type CallInWords } from './http/classify-failure.js';
import { createHttp } from './http/create-http.js';
import { Deadline } from './http/deadline.js';
import { parseJson } from './http/parse-json.js';
import { RateBudget } from './http/rate-budget.js';
import { looksLikeHtml, reasonInWords } from './http/reason-in-words.js';
import { retryAfterMs } from './http/retry-after.js';
import { Slots } from './http/slots.js';
import { TargetError } from './target-error.js';

export interface TargetClientConfig {
  /** What messages call the target, e.g. `dbt Cloud`. */
  readonly label: string;
  /** Scheme and host, a path prefix allowed, no slash at the end. */
  readonly baseUrl: string;
  /** Sent with every call: the credential, unless it is one that is renewed. */
  readonly headers: Readonly<Record<string, string>>;
  /** Texts that must never be seen again, even when the target echoes them. Read anew each time. */
  readonly secrets: readonly string[];
  readonly limits: { readonly perMinute: number; readonly concurrency: number };
  /** How long to leave the target alone after a 429 that names no time, in milliseconds. */
  readonly unhintedPauseMs: number;
  /** What else to check when the credential is refused; a sentence. */
  readonly credentialHint?: string | undefined;
  /** Finds the vendor's reason in the JSON of a refusal; undefined when it is not where it should be. */
  readonly reasonIn: (body: unknown) => string | undefined;
}

export interface TargetClientDeps {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log?: Log | undefined;
  /** From connecting to the last byte of the answer, in milliseconds; default 30,000. */
  readonly timeoutMs?: number | undefined;
}

/** One call. `repeatable` has no default on purpose: whoever writes a new one must decide. */
export interface Call<T> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base URL, with its leading slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>> | undefined;
  readonly body?: unknown;
  /** Sent with this call besides the configured ones, such as a session's id. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Told the headers of a 2xx answer, names in lower case, such as an entity tag. */
  readonly onHeaders?: ((headers: Readonly<Record<string, unknown>>) => void) | undefined;
  /** What a 2xx answer must look like. An empty body is parsed as undefined. */
  readonly answer: z.ZodType<T>;
  /**
   * Whether a second identical call is harmless, whatever happened in between. False for what sends mail or makes
   * something new, and for whole sets: a second write would undo what somebody else changed after the first.
   */
  readonly repeatable: boolean;
  /** True: never over a kept connection, for calls whose unknown outcome is expensive. Default false. */
  readonly ownConnection?: boolean | undefined;
  readonly signal: AbortSignal;
}

const defaultTimeoutMs = 30_000;

/**
 * The one place where a target is called over HTTP.
 *
 * Keeps to the target's limits, never follows a redirect, never retries, and throws nothing but `TargetError`. Once the
 * target asked to be left alone, every call fails at once as RATE_LIMITED with the time that is left, unsent.
 */
export class TargetClient {
  readonly #config: TargetClientConfig;
  readonly #now: () => number;
  readonly #log: Log;
  readonly #timeoutMs: number;
  readonly #budget: RateBudget;
  readonly #slots: Slots;
  readonly #keptAlive: AxiosInstance;
  readonly #fresh: AxiosInstance;
  #pausedUntil = -Infinity;

  constructor(config: TargetClientConfig, deps: TargetClientDeps) {
    this.#config = config;
    this.#now = deps.now;
    this.#log = deps.log ?? silentLog;
    this.#timeoutMs = deps.timeoutMs ?? defaultTimeoutMs;
    this.#budget = new RateBudget(config.limits.perMinute, () => performance.now());
    this.#slots = new Slots(config.limits.concurrency);
    this.#keptAlive = createHttp(config, { keepAlive: true });
    // A kept connection that the server closes at the same moment swallows the request: an outcome that is unknown for
    // no good reason. Calls for which that is expensive get a connection of their own.
    this.#fresh = createHttp(config, { keepAlive: false });
  }

  /**
   * Sends one call and returns its parsed answer.
   *
   * @throws {TargetError} always, for every kind of failure; `status` is set when an answer came
   */
  async send<T>(call: Call<T>): Promise<T> {
    const inWords = this.#describe(call);
    const response = await this.#inTurn(call.signal, inWords, async () => {
      const answered = await this.#exchange(call, inWords);
      // Still in the slot: the next in line must already find the pause a refusal asked for.
      if (answered.status < 200 || answered.status >= 300) throw this.#refused(answered, inWords);
      return answered;
    });
    call.onHeaders?.(response.headers as Record<string, unknown>);
    return this.#parsed(response.data, call, inWords);
  }

  /** Waits for a slot and for the budget; gives up unsent when the target is paused or the signal aborted meanwhile. */
  async #inTurn<T>(signal: AbortSignal, call: CallInWords, exchange: () => Promise<T>): Promise<T> {
    this.#throwIfPaused();
    let started = false;
    try {
      return await this.#slots.run(signal, async () => {
        const waitMs = this.#budget.reserve();
        if (waitMs > 0) await sleepFor(waitMs, undefined, { signal });
        this.#throwIfPaused();
        started = true;
        return await exchange();
      });
    } catch (error) {
      if (started || error instanceof TargetError) throw error;
      throw new TargetError('NEVER_SENT', `${call.label}: ${call.call} was stopped before it was sent`);
    }
  }

  #throwIfPaused(): void {
    const leftMs = this.#pausedUntil - this.#now();
    if (leftMs <= 0) return;
    const message = `${this.#config.label} asked to be left alone for another ${Math.ceil(leftMs / 1000)} s`;
    throw new TargetError('RATE_LIMITED', message, { retryAfterMs: leftMs });
  }

  async #exchange(call: Call<unknown>, inWords: CallInWords): Promise<AxiosResponse<string>> {
    const began = performance.now();
    const deadline = new Deadline(this.#timeoutMs, call.signal);
    const request = {
      method: call.method,
      url: call.path,
      params: call.query,
      data: call.body === undefined ? undefined : JSON.stringify(call.body),
      headers: { ...call.headers },
      signal: deadline.signal,
    };
    try {
      const http = call.ownConnection === true ? this.#fresh : this.#keptAlive;
      const response = await http.request<string>(request).catch(async (failure: unknown) => {
        // An idle connection the other side had closed: reading again over a new one is no second try at anything.
        if (!inWords.reads || !wasStaleConnection(failure)) throw failure;
        return await this.#fresh.request<string>(request);
      });
      this.#log.debug('target answered', {
        call: inWords.call,
        status: response.status,
        ms: Math.round(performance.now() - began),
      });
      return response;
    } catch (failure) {
      const error = classifyFailure(failure, inWords, deadline.interruption);
      this.#log.debug('target did not answer', { call: inWords.call, code: error.code });
      throw error;
    } finally {
      deadline.release();
    }
  }

  #refused(response: AxiosResponse<string>, inWords: CallInWords): TargetError {
    const headers = response.headers as Record<string, unknown>;
    const wait = retryAfterMs(headers, this.#now());
    const answer = {
      status: response.status,
      words: this.#wordsOf(response.data),
      retryAfterMs: wait,
      location: typeof headers['location'] === 'string' ? this.#withoutSecrets(headers['location']) : undefined,
    };
    const { unhintedPauseMs, credentialHint } = this.#config;
    const error = classifyAnswer(answer, inWords, { unhintedPauseMs, credentialHint });
    if (error.retryAfterMs !== undefined) {
      this.#pausedUntil = Math.max(this.#pausedUntil, this.#now() + error.retryAfterMs);
    }
    return error;
  }

  #wordsOf(text: string): string | undefined {
    const body = parseJson(text);
    const words = body.ok ? this.#config.reasonIn(body.value) : text;
    return words === undefined ? undefined : reasonInWords(this.#withoutSecrets(words));
  }

  #withoutSecrets(text: string): string {
    return this.#config.secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
  }

  #parsed<T>(text: string, call: Call<T>, inWords: CallInWords): T {
    const body = text.trim() === '' ? { ok: true, value: undefined } : parseJson(text);
    if (!body.ok) {
      const words = reasonInWords(this.#withoutSecrets(text.slice(0, 2_000))) ?? 'nothing readable';
      throw unreadable(inWords, `the answer is not JSON: ${words}`, looksLikeHtml(text));
    }
    const answer = call.answer.safeParse(body.value);
    if (answer.success) return answer.data;
    const [issue] = answer.error.issues;
    const where = issue === undefined ? '' : this.#withoutSecrets(` at ${issue.path.join('.')}: ${issue.message}`);
    throw unreadable(inWords, `the answer has a shape we do not know${where}`);
  }

  #describe(call: Call<unknown>): CallInWords {
    return {
      label: this.#config.label,
      call: `${call.method} ${call.path}`,
      reads: call.method === 'GET',
      repeatable: call.repeatable,
      host: new URL(this.#config.baseUrl).origin,
    };
  }
}
