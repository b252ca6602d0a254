import { createHash } from 'node:crypto';
import type { RequestListener, Server } from 'node:http';
import express from 'express';
import supertest, { type Response } from 'supertest';
import { createHttpServer, type Patience } from '../../src/http-server.js';
import type { UserOutcome } from '../../src/model/acknowledge.js';
import type { LogFields } from '../../src/model/log.js';
import { createScimRouter, type ScimRouterOptions } from '../../src/scim/scim-router.js';
import { openStore, type Store } from '../../src/store/store.js';
import { contractProblems } from '../openapi/contract.js';

export const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
export const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error';
export const listUrn = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
export const provisioningUrn = 'urn:drawbridge:params:scim:schemas:extension:provisioning:2.0:User';

export const token = 'token-of-acme-0123456789';
export const otherToken = 'token-of-other-0123456789';
export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

export interface Sent {
  /** An object is sent as JSON, text and bytes as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** True: a form nobody is promised and identity providers send all the same; only the answer is held to the contract. */
  readonly dialect?: boolean;
  /** Null sends no Authorization. */
  readonly token?: string | null;
}

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

export interface ScimApp {
  readonly store: Store;
  readonly server: Server;
  readonly lines: LogLine[];
  /** What the next acknowledgements say; `unknown` until set. */
  acknowledge: (directory: string, userId: string) => Promise<UserOutcome>;
  send(method: string, path: string, sent?: Sent): Promise<Response>;
  get(path: string, sent?: Sent): Promise<Response>;
  post(path: string, body: unknown, sent?: Sent): Promise<Response>;
  put(path: string, body: unknown, sent?: Sent): Promise<Response>;
  patch(path: string, operations: readonly unknown[], sent?: Sent): Promise<Response>;
  del(path: string, sent?: Sent): Promise<Response>;
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly patience?: Patience;
  /** Before Express, as our own server has it, instead of inside. */
  readonly bare?: boolean;
}

/**
 * The SCIM router over a real store in memory, as main mounts it, with two directories: `acme`, served by the target `dbt`, and
 * `other`, served by none. The clock moves one second at each look.
 */
export async function scimApp(
  options: Partial<ScimRouterOptions> = {},
  { patience, bare = false }: ServerOptions = {},
): Promise<ScimApp> {
  const routes = new Map([
    ['acme', ['dbt']],
    ['other', []],
  ]);
  const store = await openStore('sqlite::memory:', routes);
  const lines: LogLine[] = [];
  const log =
    (level: string) =>
    (message: string, fields: LogFields = {}) =>
      lines.push({ level, message, fields });
  let clock = Date.UTC(2026, 0, 5, 9);

  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  const server = createHttpServer((request, response) => listener(request, response), patience);
  const made: ScimApp = {
    store,
    server,
    lines,
    acknowledge: async () => ({ kind: 'unknown' }),
    send,
    get: (at, sent) => send('GET', at, sent),
    post: (at, body, sent) => send('POST', at, { body, ...sent }),
    put: (at, body, sent) => send('PUT', at, { body, ...sent }),
    patch: (at, Operations, sent) => send('PATCH', at, { body: { schemas: [patchUrn], Operations }, ...sent }),
    del: (at, sent) => send('DELETE', at, sent),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await store.close();
    },
  };
  const router = createScimRouter({
    store,
    directories: [
      { name: 'acme', tokens: [{ label: 'okta', sha256: sha256(token) }] },
      { name: 'other', tokens: [{ label: 'entra', sha256: sha256(otherToken) }] },
    ],
    acknowledge: { outcomeOf: (directory, userId) => made.acknowledge(directory, userId) },
    log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    now: () => (clock += 1_000),
    ...options,
  });
  app.use(router);
  const listener: RequestListener = bare
    ? (request, response) => router(request, response, () => app(request, response))
    : app;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return made;

  async function send(method: string, at: string, sent: Sent = {}): Promise<Response> {
    const where = /^\/+scim/i.test(at) ? at : `/scim/v2${at}`;
    const verb = method.toLowerCase() as 'get' | 'post' | 'put' | 'patch' | 'delete' | 'head' | 'options';
    const call = supertest(server)[verb](where);
    if (sent.token !== null) call.set('Authorization', `Bearer ${sent.token ?? token}`);
    if (sent.body !== undefined) call.set('Content-Type', 'application/scim+json');
    for (const [name, value] of Object.entries(sent.headers ?? {})) call.set(name, value);
    if (sent.body === undefined) return keepsContract(method, where, undefined, await call);
    const raw = typeof sent.body === 'string' || Buffer.isBuffer(sent.body);
    const answer = await call.send(raw ? (sent.body as string) : JSON.stringify(sent.body));
    return keepsContract(method, where, raw || sent.dialect === true ? undefined : sent.body, answer);
  }
}

/** Every exchange of these tests is one `openapi.yaml` describes. */
function keepsContract(method: string, url: string, requestBody: unknown, answer: Response): Response {
  const { status, text } = answer;
  const body: unknown = text === undefined || text === '' ? undefined : JSON.parse(text);
  const sent = requestBody === undefined ? undefined : (JSON.parse(JSON.stringify(requestBody)) as unknown);
  const contentType = answer.headers['content-type'] as string | undefined;
  expect(contractProblems({ method, url, requestBody: sent, status, contentType, body })).toEqual([]);
  return answer;
}

export const newUser = (userName: string, more: Readonly<Record<string, unknown>> = {}) => ({
  schemas: [userUrn],
  userName,
  ...more,
});

export const newGroup = (displayName: string, ids: readonly string[] = []) => ({
  schemas: [groupUrn],
  displayName,
  members: ids.map((value) => ({ value })),
});

/** Creates a user and gives its id. */
export async function userId(
  app: ScimApp,
  userName: string,
  more?: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { status, body } = await app.post('/Users', newUser(userName, more));
  expect(status).toBe(201);
  return (body as { id: string }).id;
}

/** Creates a group and gives its id. */
export async function groupId(app: ScimApp, displayName: string, ids: readonly string[] = []): Promise<string> {
  const { status, body } = await app.post('/Groups', newGroup(displayName, ids));
  expect(status).toBe(201);
  return (body as { id: string }).id;
}

/** What the store holds, by the names people know: what a test compares instead of trusting a status. */
export async function stored(store: Store, directory = 'acme') {
  const users = await store.db
    .selectFrom('scim_user')
    .selectAll()
    .where('directory', '=', directory)
    .where('deleted_at', 'is', null)
    .orderBy('seq')
    .execute();
  const groups = await store.db
    .selectFrom('scim_group')
    .selectAll()
    .where('directory', '=', directory)
    .where('deleted_at', 'is', null)
    .orderBy('seq')
    .execute();
  const members = await store.db
    .selectFrom('scim_member')
    .innerJoin('scim_user', 'scim_user.seq', 'scim_member.user_seq')
    .select(['group_seq', 'user_name'])
    .where('removed_at', 'is', null)
    .orderBy('user_seq')
    .execute();
  return {
    users: Object.fromEntries(
      users.map((user) => [user.user_name, JSON.parse(user.resource) as Record<string, unknown>]),
    ),
    groups: Object.fromEntries(
      groups.map((group) => [
        group.display_name,
        members.filter(({ group_seq }) => group_seq === group.seq).map(({ user_name }) => user_name),
      ]),
    ),
  };
}

/** The due keys with names instead of ids, and forgets them: `account:ann`, `group:Data`. */
export async function takeDue(store: Store): Promise<string[]> {
  const rows = await store.db.selectFrom('due').select(['kind', 'key']).execute();
  await store.db.deleteFrom('due').execute();
  const users = await store.db.selectFrom('scim_user').select(['id', 'user_name']).execute();
  const groups = await store.db.selectFrom('scim_group').select(['id', 'display_name']).execute();
  const names = new Map([
    ...users.map(({ id, user_name }) => [id, user_name] as const),
    ...groups.map(({ id, display_name }) => [id, display_name] as const),
  ]);
  return rows.map(({ kind, key }) => `${kind}:${names.get(key) ?? key}`).sort();
}
