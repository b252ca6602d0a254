import { startFakeMetabase } from '../../src/sandbox/metabase/fake-metabase.js';
import type { FakeMetabase, FakeMetabaseOptions } from '../../src/sandbox/metabase/fake-metabase.js';
import type { RawAnswer } from './fake-calls.js';
import { readAnswer, runningFakes } from './fake-calls.js';

/** One answer of the fake; `data` is trusted to be what the test says it is. */
export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; null when it is none. */
  readonly data: T;
}

/** What a call sends to say who it is: an API key, a session, or nothing. */
export type Sent = { readonly key: string } | { readonly session: string } | null;

export interface Caller extends FakeMetabase {
  /** Calls a path below `/api`, with the bridge's key unless `as` says otherwise. */
  call<T = unknown>(method: string, path: string, body?: unknown, as?: Sent): Promise<Answer<T>>;
  get<T = unknown>(path: string): Promise<Answer<T>>;
  post<T = unknown>(path: string, body: unknown): Promise<Answer<T>>;
  put<T = unknown>(path: string, body?: unknown): Promise<Answer<T>>;
  delete<T = unknown>(path: string): Promise<Answer<T>>;
}

const fakes = runningFakes();

/** Ends what the test started. */
export const stopFakes = fakes.stop;

/** A fake of its own for one test; `stopFakes` ends it. */
export async function startCaller(options: FakeMetabaseOptions = {}): Promise<Caller> {
  const fake = fakes.keep(await startFakeMetabase(options));
  const call = async <T>(method: string, path: string, body?: unknown, as: Sent = { key: fake.apiKey }) => {
    const headers = new Headers({ 'content-type': 'application/json' });
    if (as !== null && 'key' in as) headers.set('x-api-key', as.key);
    if (as !== null && 'session' in as) headers.set('X-Metabase-Session', as.session);
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    return answerOf<T>(await readAnswer(await fetch(`${fake.url}/api${path}`, { method, headers, ...init })));
  };
  return {
    ...fake,
    call,
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    delete: (path) => call('DELETE', path),
  };
}

function answerOf<T>({ json, ...rest }: RawAnswer): Answer<T> {
  return { ...rest, data: (json ?? null) as T };
}
