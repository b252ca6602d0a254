import { startFakeRetool } from '../../src/sandbox/retool/fake-retool.js';
import type { FakeRetool, FakeRetoolOptions } from '../../src/sandbox/retool/fake-retool.js';
import type { RawAnswer } from './fake-calls.js';
import { readAnswer, runningFakes } from './fake-calls.js';

/** One answer of the fake; `data` is trusted to be what the test says it is. */
export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: {
    readonly success?: boolean;
    readonly message?: string;
    readonly data?: T;
    readonly total_count?: number;
    readonly next_token?: string | null;
    readonly has_more?: boolean;
  };
  readonly data: T;
}

export interface Caller extends FakeRetool {
  /** Calls a path below `/api/v2`, with the good token unless `authorization` says otherwise (null sends none). */
  call<T = unknown>(method: string, path: string, body?: unknown, authorization?: string | null): Promise<Answer<T>>;
  get<T = unknown>(path: string): Promise<Answer<T>>;
  post<T = unknown>(path: string, body: unknown): Promise<Answer<T>>;
  patch<T = unknown>(path: string, operations: readonly unknown[]): Promise<Answer<T>>;
  put<T = unknown>(path: string, body: unknown): Promise<Answer<T>>;
  delete<T = unknown>(path: string): Promise<Answer<T>>;
}

const fakes = runningFakes();

/** Ends what the test started. */
export const stopFakes = fakes.stop;

/** A fake of its own for one test; `stopFakes` ends it. */
export async function startCaller(options: FakeRetoolOptions = {}): Promise<Caller> {
  const fake = fakes.keep(await startFakeRetool(options));
  const call = async <T>(method: string, path: string, body?: unknown, authorization?: string | null) => {
    const headers = new Headers({ 'content-type': 'application/json' });
    if (authorization !== null) headers.set('authorization', authorization ?? `Bearer ${fake.token}`);
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    return answerOf<T>(await readAnswer(await fetch(`${fake.url}/api/v2${path}`, { method, headers, ...init })));
  };
  return {
    ...fake,
    call,
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    patch: (path, operations) => call('PATCH', path, { operations }),
    put: (path, body) => call('PUT', path, body),
    delete: (path) => call('DELETE', path),
  };
}

function answerOf<T>({ json, ...rest }: RawAnswer): Answer<T> {
  const body = (json ?? {}) as Answer<T>['body'];
  return { ...rest, body, data: body.data as T };
}
