import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { ScimTargetConfig } from '../../src/model/target-config.js';
import { coreAttributes, enterpriseAttributes } from '../../src/model/simple-attributes.js';
import { createScimRouter } from '../../src/scim/scim-router.js';
import { createGroup, updateGroup } from '../../src/store/scim-group-writes.js';
import { membersOfGroups } from '../../src/store/group-members.js';
import { findGroup } from '../../src/store/scim-groups.js';
import { createUser, deleteUser } from '../../src/store/scim-user-writes.js';
import { attributesOfUser, findUser, toScimUser } from '../../src/store/scim-users.js';
import { openStore } from '../../src/store/store.js';
import { surroundingsOf } from '../../src/store/user-surroundings.js';
import { createScimTarget } from '../../src/targets/scim/scim-target.js';
import type { Capabilities } from '../../src/targets/target.js';
import { sha256, token } from '../scim/scim-app.js';
import { refusalWords, type AwaitedHarness, type ConformanceSubject, type Misbehaviour } from './conformance.js';

export function scimConfig(baseUrl: string, more: Partial<ScimTargetConfig> = {}): ScimTargetConfig {
  return {
    name: 'other',
    type: 'scim',
    baseUrl,
    token,
    deprovision: 'deactivate',
    patch: 'auto',
    mode: 'full',
    licence: { default: '', byGroup: {} },
    groups: { create: true, map: {}, membership: 'owned' },
    assign: {},
    protect: { users: [], groups: [] },
    guard: { removals: 5, fraction: 0.2, windowMinutes: 60 },
    limits: { perMinute: 100_000, concurrency: 4 },
    addressChange: 'keep',
    invitations: { expireDays: 14, limit: 3 },
    ...more,
  };
}

export const scimCapabilities: Capabilities = {
  membershipGrain: 'member',
  invites: false,
  listsInvitations: false,
  cancelsInvitations: false,
  keepsInactive: true,
  deactivates: true,
  restoresMemberships: true,
  mailsNewAccounts: false,
  editsNames: true,
  editsAddress: true,
  managesGroups: true,
  groupNamesFold: true,
  createsGroups: true,
  renamesGroups: true,
  deletesGroups: true,
  licences: [],
  profile: ['userName', 'externalId', 'displayName', 'emails', ...coreAttributes, ...enterpriseAttributes],
};

export const scimProfile = {
  externalId: '00uADA',
  displayName: 'Žofia 李',
  title: 'Analyst',
  locale: 'cs-CZ',
  department: 'Données',
  employeeNumber: '007',
};

/** Another Drawbridge, whose desired state is what this one fills: the product's own SCIM server over a real store. */
export const anotherDrawbridge: ConformanceSubject = {
  name: 'SCIM, another Drawbridge',
  capabilities: scimCapabilities,
  profile: scimProfile,
  uniqueGroupNames: true,
  start: startDrawbridgeHarness,
};

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly text: string;
}

async function startDrawbridgeHarness(): Promise<AwaitedHarness> {
  const now = Date.UTC(2026, 0, 5, 12);
  const store = await openStore('sqlite::memory:', new Map([['acme', []]]), () => now);
  const app = express();
  app.set('etag', false);
  app.use(
    createScimRouter({
      store,
      directories: [{ name: 'acme', tokens: [{ label: 'drawbridge', sha256: sha256(token) }] }],
      acknowledge: { outcomeOf: async () => ({ kind: 'unknown' }) },
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
      now: () => now,
    }),
  );
  const wire = new Wire(now, app);
  const server = createServer((request, response) => void wire.carry(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim/v2`;
  const newTarget: AwaitedHarness['newTarget'] = (more = {}) =>
    createScimTarget(scimConfig(url), { now: () => now, ...more });

  const cause = () => ({ directory: 'acme', cause: { actor: 'somebody', requestId: randomUUID() }, now });
  const join = async (groupId: string, userId: string): Promise<void> => {
    const steps = [{ kind: 'add', ids: [userId] } as const];
    await updateGroup(store, cause(), groupId, (attributes) => ({ attributes, steps }));
  };
  const addAccount = async (email: string, groups: readonly string[] = []): Promise<string> => {
    const id = randomUUID();
    const name = { givenName: 'Foreign', familyName: 'Member', middleName: 'X.' };
    const emails = [
      { value: email, type: 'work', primary: true },
      { value: `home-${email}`, type: 'home' },
    ];
    await createUser(store, cause(), id, { userName: email, active: true, name, emails });
    for (const groupId of groups) await join(groupId, id);
    return id;
  };
  return {
    target: newTarget(),
    newTarget,
    bornAccounts: 0,
    addAccount: (email, { groups } = {}) => addAccount(email, groups),
    addGroup: async (displayName) => {
      const id = randomUUID();
      await createGroup(store, cause(), id, { displayName }, []);
      return id;
    },
    accept: () => Promise.reject(new Error('nobody is invited here')),
    join,
    held: async (id) => {
      const row = await findUser(store.db, 'acme', id);
      if (row === undefined) return undefined;
      const { active, name, emails, simple, externalId, displayName } = toScimUser(row);
      const { middleName } = attributesOfUser(row).name ?? {};
      const home = emails.find(({ type }) => type === 'home')?.value;
      const groups = (await surroundingsOf(store.db, [row])).get(row.seq)?.groups ?? [];
      return {
        active,
        email: emails.find(({ primary }) => primary === true)?.value ?? '',
        firstName: name?.givenName ?? '',
        lastName: name?.familyName ?? '',
        groups: groups.map((group) => group.id),
        profile: {
          ...simple,
          ...(externalId === undefined ? {} : { externalId }),
          ...(displayName === undefined ? {} : { displayName }),
          ...(middleName === undefined ? {} : { middleName }),
          ...(home === undefined ? {} : { home }),
        },
      };
    },
    heldGroup: async (id) => {
      const row = await findGroup(store.db, 'acme', id);
      if (row === undefined) return undefined;
      const members = (await membersOfGroups(store.db, [row])).get(row.seq) ?? [];
      return { name: row.display_name, members: members.map((member) => member.id) };
    },
    mailsTo: () => 0,
    reads: () => wire.reads,
    writes: () => wire.writes,
    lostFields: () => [],
    misbehave: (how, when, times = 1, after = 0) => wire.misbehave(how, when, times, after),
    beforeNextWrite: (action) => (wire.beforeWrite = action),
    shiftPages: ({ remove, insert }) => {
      wire.betweenPages = async () => {
        for (const id of remove) await deleteUser(store, cause(), id, () => undefined);
        for (const email of insert) await addAccount(email);
      };
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await store.close();
    },
  };
}

/** What stands between a client and a server, and may break. */
class Wire {
  reads = 0;
  writes = 0;
  beforeWrite: (() => unknown) | undefined;
  betweenPages: (() => Promise<void>) | undefined;
  readonly #now: number;
  readonly #app: (request: IncomingMessage, response: ServerResponse) => void;
  #strike: (isRead: boolean) => Misbehaviour | undefined = () => undefined;

  constructor(now: number, app: (request: IncomingMessage, response: ServerResponse) => void) {
    this.#now = now;
    this.#app = app;
  }

  misbehave(how: Misbehaviour, when: 'reading' | 'writing', times: number, after: number): void {
    let seen = 0;
    this.#strike = (isRead) => {
      if (isRead !== (when === 'reading')) return undefined;
      seen += 1;
      return seen > after && seen <= after + times ? how : undefined;
    };
  }

  async carry(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isRead = request.method === 'GET';
    if (isRead) this.reads += 1;
    const how = this.#strike(isRead);
    if (how === 'silence') return;
    if (how === 'cut') {
      request.socket.resetAndDestroy();
      return;
    }
    const early = how === undefined ? undefined : this.#early(how);
    if (early !== undefined) {
      send(response, early);
      return;
    }
    await this.#disturb(request, isRead);
    this.#intercept(response, (answer) => {
      if (!isRead && answer.status < 300) this.writes += 1;
      deliver(response, answer, how);
    });
    this.#app(request, response);
  }

  async #disturb({ url = '' }: IncomingMessage, isRead: boolean): Promise<void> {
    const start = Number(new URL(url, 'http://localhost').searchParams.get('startIndex') ?? 1);
    if (isRead && url.includes('/Users') && start > 1) {
      const between = this.betweenPages;
      this.betweenPages = undefined;
      await between?.();
    }
    if (isRead) return;
    const before = this.beforeWrite;
    this.beforeWrite = undefined;
    await before?.();
  }

  /** What a fault answers instead of the server. */
  #early(how: Misbehaviour): Answer | undefined {
    const html = { 'content-type': 'text/html' };
    switch (how) {
      case 'bad-credential':
        return refusal(401, 'The token is not known.');
      case 'forbidden':
        return refusal(403, 'Not for you.');
      case 'not-found':
        return refusal(404, 'Nothing here.');
      case 'conflict':
        return refusal(409, 'Somebody else changed this.');
      case 'invalid':
        return refusal(400, refusalWords);
      case 'throttled-seconds':
        return refusal(429, 'Slow down.', { 'retry-after': '7' });
      case 'throttled-date':
        return refusal(429, 'Slow down.', { 'retry-after': new Date(this.#now + 7_000).toUTCString() });
      case 'throttled-silent':
        return refusal(429, 'Slow down.');
      case 'unavailable':
        return refusal(503, 'Back soon.');
      case 'html':
        return { status: 502, headers: html, text: '<html><title>Bad Gateway</title></html>' };
      case 'html-ok':
        return { status: 200, headers: html, text: '<!doctype html><html><title>Welcome</title></html>' };
      default:
        return undefined;
    }
  }

  /** Catches the one call by which the server answers: `writeHead`, then `end` with all of the text. */
  #intercept(response: ServerResponse, onAnswer: (answer: Answer) => void): void {
    let head: Pick<Answer, 'status' | 'headers'> = { status: 200, headers: {} };
    const { writeHead, end } = response;
    response.writeHead = ((status: number, headers: Answer['headers'] = {}) => {
      head = { status, headers };
      return response;
    }) as ServerResponse['writeHead'];
    response.end = ((text: unknown = '') => {
      Object.assign(response, { writeHead, end });
      onAnswer({ ...head, text: String(text) });
      return response;
    }) as ServerResponse['end'];
  }
}

function refusal(status: number, detail: string, headers: Record<string, string> = {}): Answer {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error'];
  const text = JSON.stringify({ schemas, status: String(status), detail });
  return { status, headers: { ...headers, 'content-type': 'application/scim+json' }, text };
}

function deliver(response: ServerResponse, answer: Answer, how: Misbehaviour | undefined): void {
  const half = answer.text.slice(0, Math.ceil(answer.text.length / 2));
  if (how === 'cut-after-commit') response.socket?.destroy();
  else if (how === 'truncated') send(response, { ...answer, text: half });
  else if (how === 'wrong-shape') send(response, { ...answer, text: answer.text === '' ? '' : '{"surprise":true}' });
  else if (how === 'slow-body' && answer.text !== '')
    response.writeHead(answer.status, withoutLength(answer.headers)).write(half);
  else send(response, answer);
}

function send(response: ServerResponse, { status, headers, text }: Answer): void {
  response.writeHead(status, withoutLength(headers)).end(text);
}

/** Half an answer must not promise the length of a whole one. */
function withoutLength(headers: Answer['headers']): Answer['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'Content-Length'));
}
