import { startFakeScim } from '../../src/sandbox/scim/fake-scim.js';
import type { FakeScim, FakeScimOptions } from '../../src/sandbox/scim/fake-scim.js';

/** A resource or a list; a test says which it expects by what it reads. */
export interface Body {
  readonly schemas?: string[];
  readonly id?: string;
  readonly userName?: string;
  readonly displayName?: string;
  readonly active?: boolean;
  readonly externalId?: string;
  readonly groups?: { readonly value: string }[];
  readonly members?: { readonly value: string }[];
  readonly meta?: {
    readonly created: string;
    readonly lastModified: string;
    readonly location: string;
    readonly version: string;
  };
  readonly totalResults?: number;
  readonly startIndex?: number;
  readonly itemsPerPage?: number;
  readonly Resources?: Body[];
  readonly status?: string;
  readonly scimType?: string;
  readonly detail?: string;
  readonly [more: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

export type Headed = Readonly<Record<string, string | null>>;

export interface Caller extends FakeScim {
  /** Calls a path below the SCIM root, with the good token; a header of null is left out. */
  call(method: string, path: string, body?: unknown, headers?: Headed): Promise<Answer>;
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  put(path: string, body: unknown): Promise<Answer>;
  patch(path: string, ...operations: readonly unknown[]): Promise<Answer>;
  delete(path: string): Promise<Answer>;
}

export const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
export const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error';

const running: FakeScim[] = [];

/** A fake of its own for one test; `stopFakes` ends it. */
export async function startCaller(options: FakeScimOptions = {}): Promise<Caller> {
  const fake = await startFakeScim(options);
  running.push(fake);
  const call = async (method: string, path: string, body?: unknown, headers: Headed = {}) => {
    const all = { 'content-type': 'application/scim+json', authorization: `Bearer ${fake.token}`, ...headers };
    const sent = Object.entries(all).filter((each): each is [string, string] => each[1] !== null);
    const init = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    return readAnswer(await fetch(`${fake.baseUrl}${path}`, { method, headers: sent, ...init }));
  };
  return {
    ...fake,
    call,
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    patch: (path, ...operations) => call('PATCH', path, { schemas: [patchUrn], Operations: operations }),
    delete: (path) => call('DELETE', path),
  };
}

export async function stopFakes(): Promise<void> {
  await Promise.all(running.splice(0).map((fake) => fake.close()));
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const body = (isJson && text !== '' ? parsedOrEmpty(text) : {}) as Body;
  return { status: response.status, headers: response.headers, text, body };
}

function parsedOrEmpty(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
