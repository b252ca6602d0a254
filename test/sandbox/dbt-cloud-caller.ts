import { startFakeDbtCloud } from '../../src/sandbox/dbt-cloud/fake-dbt-cloud.js';
import type { FakeDbtCloud, FakeDbtCloudOptions } from '../../src/sandbox/dbt-cloud/fake-dbt-cloud.js';
import type { RawAnswer } from './fake-calls.js';
import { readAnswer, runningFakes } from './fake-calls.js';

/** One answer of the fake; `data` is trusted to be what the test says it is. */
export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly envelope: {
    readonly status?: { readonly code: number; readonly is_success: boolean; readonly user_message: string };
    readonly data?: T | null;
    readonly extra?: {
      readonly filters: { readonly limit: number };
      readonly pagination: { readonly count: number; readonly total_count: number };
    };
  };
  /** The envelope's data; a test that reads it of a refusal gets what a client would: null. */
  readonly data: T;
}

export interface Caller extends FakeDbtCloud {
  /** Calls a path below `/api`, with the good token unless `authorization` says otherwise (null sends none). */
  call<T = unknown>(method: string, path: string, body?: unknown, authorization?: string | null): Promise<Answer<T>>;
  get<T = unknown>(path: string): Promise<Answer<T>>;
  post<T = unknown>(path: string, body: unknown): Promise<Answer<T>>;
}

const fakes = runningFakes();

/** Ends what the test started. */
export const stopFakes = fakes.stop;

/** A fake of its own for one test; `stopFakes` ends it. */
export async function startCaller(options: FakeDbtCloudOptions = {}): Promise<Caller> {
  const fake = fakes.keep(await startFakeDbtCloud(options));
  const call = async <T>(method: string, path: string, body?: unknown, authorization?: string | null) => {
    const headers = new Headers({ 'content-type': 'application/json' });
    if (authorization !== null) headers.set('authorization', authorization ?? `Token ${fake.token}`);
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    return answerOf<T>(await readAnswer(await fetch(`${fake.url}/api${path}`, { method, headers, ...init })));
  };
  return {
    ...fake,
    call,
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
  };
}

function answerOf<T>({ json, ...rest }: RawAnswer): Answer<T> {
  const envelope = (json ?? {}) as Answer<T>['envelope'];
  return { ...rest, envelope, data: envelope.data as T };
}
