import { startFakeDbtCloud } from '../../src/sandbox/dbt-cloud/fake-dbt-cloud.js';
import type { FakeDbtCloud, FakeDbtCloudOptions } from '../../src/sandbox/dbt-cloud/fake-dbt-cloud.js';

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

const running: FakeDbtCloud[] = [];

/** A fake of its own for one test; `stopFakes` ends it. */
export async function startCaller(options: FakeDbtCloudOptions = {}): Promise<Caller> {
  const fake = await startFakeDbtCloud(options);
  running.push(fake);
  const call = async <T>(method: string, path: string, body?: unknown, authorization?: string | null) => {
    const headers = new Headers({ 'content-type': 'application/json' });
    if (authorization !== null) headers.set('authorization', authorization ?? `Token ${fake.token}`);
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    return readAnswer<T>(await fetch(`${fake.url}/api${path}`, { method, headers, ...init }));
  };
  return {
    ...fake,
    call,
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
  };
}

export async function stopFakes(): Promise<void> {
  await Promise.all(running.splice(0).map((fake) => fake.close()));
}

async function readAnswer<T>(response: Response): Promise<Answer<T>> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const envelope = (isJson && text !== '' ? parsedOrEmpty(text) : {}) as Answer<T>['envelope'];
  return { status: response.status, headers: response.headers, text, envelope, data: envelope.data as T };
}

function parsedOrEmpty(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
