import type { MetabaseConfig } from '../../src/model/target-config.js';
import {
  startFakeMetabase,
  type FakeMetabase,
  type FakeMetabaseOptions,
} from '../../src/sandbox/metabase/fake-metabase.js';
import { createMetabaseTarget } from '../../src/targets/metabase/metabase-target.js';
import { refusalWords, type Harness, type Misbehaviour } from './conformance.js';

type Fault = NonNullable<ReturnType<NonNullable<Parameters<FakeMetabase['control']['faults']['plan']>[0]>>>;

const faults: Readonly<Record<Misbehaviour, Fault>> = {
  'bad-credential': { kind: 'unauthorized' },
  forbidden: { kind: 'forbidden' },
  'not-found': { kind: 'not-permitted' },
  conflict: { kind: 'status', status: 409, message: 'Somebody else changed this.' },
  invalid: { kind: 'status', status: 400, message: refusalWords },
  'throttled-seconds': { kind: 'rate-limited', header: 'seconds', seconds: 7 },
  'throttled-date': { kind: 'rate-limited', header: 'http-date', seconds: 7 },
  'throttled-silent': { kind: 'rate-limited', header: 'none' },
  unavailable: { kind: 'status', status: 503 },
  html: { kind: 'html', status: 502 },
  'html-ok': { kind: 'html', status: 200 },
  truncated: { kind: 'truncated' },
  'wrong-shape': { kind: 'wrong-shape' },
  cut: { kind: 'reset' },
  'cut-after-commit': { kind: 'commit-then-drop' },
  silence: { kind: 'never-answers' },
  'slow-body': { kind: 'slow', ms: 600_000 },
};

export type CredentialKind = MetabaseConfig['credential']['kind'];

export function metabaseConfig(
  fake: Pick<FakeMetabase, 'url' | 'apiKey' | 'username' | 'password'>,
  kind: CredentialKind = 'api-key',
  more: Partial<MetabaseConfig> = {},
): MetabaseConfig {
  const { apiKey, username, password } = fake;
  return {
    name: 'metabase',
    type: 'metabase',
    baseUrl: fake.url,
    credential: kind === 'api-key' ? { kind, apiKey } : { kind, username, password },
    mode: 'full',
    licence: { default: '', byGroup: {} },
    groups: { create: true, map: {}, membership: 'owned' },
    assign: {},
    protect: { users: [], groups: [] },
    guard: { removals: 5, fraction: 0.2, windowMinutes: 60 },
    limits: { perMinute: 30_000, concurrency: 4 },
    addressChange: 'keep',
    invitations: { expireDays: 14, limit: 3 },
    ...more,
  };
}

export interface MetabaseHarness extends Harness {
  readonly fake: FakeMetabase;
}

export interface MetabaseHarnessOptions {
  readonly rules?: FakeMetabaseOptions;
  readonly credential?: CredentialKind;
  readonly config?: Partial<MetabaseConfig>;
  /** Default: as many as the product asks for. */
  readonly usersPerPage?: number;
}

/** A fake Metabase with an adapter before it. */
export async function startMetabaseHarness(options: MetabaseHarnessOptions = {}): Promise<MetabaseHarness> {
  const { rules = {}, credential = 'api-key', config = {}, usersPerPage } = options;
  // Whole seconds, so that an HTTP-date says exactly what seconds would.
  const now = Date.UTC(2026, 0, 5, 12);
  const fake = await startFakeMetabase({ clock: () => now, ...rules });
  const { control } = fake;
  const newTarget: Harness['newTarget'] = (more = {}) =>
    createMetabaseTarget(metabaseConfig(fake, credential, config), { now: () => now, ...more }, usersPerPage);
  const groupsOf = (ids: readonly number[]) => ids.filter((id) => id !== everybodyId).map(String);
  return {
    fake,
    target: newTarget(),
    newTarget,
    // The person who set it up. The hidden account behind the key does not count.
    bornAccounts: 1,
    addAccount: (email, { groups } = {}) => String(control.users.add({ email, groups: (groups ?? []).map(Number) })),
    addGroup: (name) => String(control.groups.create(name)),
    accept: () => {
      throw new Error('Metabase has no invitations apart from accounts');
    },
    join: (groupId, accountId) => control.groups.addMember(Number(groupId), Number(accountId)),
    held: (id) => {
      const found = control.state().users.find((each) => String(each.id) === id);
      if (found === undefined) return undefined;
      const { active, email, firstName, lastName, groups } = found;
      return { active, email, firstName: firstName ?? '', lastName: lastName ?? '', groups: groupsOf(groups) };
    },
    heldGroup: (id) => {
      const { groups, users } = control.state();
      const found = groups.find((each) => String(each.id) === id);
      const people = new Set(users.filter(({ type }) => type === 'personal').map((each) => each.id));
      const members = found?.members.filter((each) => people.has(each)) ?? [];
      return found === undefined ? undefined : { name: found.name, members: members.map(String) };
    },
    mailsTo: (email) => control.ledger.mailsTo(email),
    reads: () => control.ledger.entries.filter((each) => each.method === 'GET' && counts(each)).length,
    writes: () => control.ledger.writes.filter(counts).length,
    lostFields: () => [...control.ledger.dropped, ...control.ledger.demotions],
    misbehave: (how, when, times = 1, after = 0) => {
      let seen = 0;
      control.faults.plan((request) => {
        if ((request.method === 'GET') !== (when === 'reading') || !counts(request)) return undefined;
        seen += 1;
        return seen > after && seen <= after + times ? faults[how] : undefined;
      });
    },
    beforeNextWrite: (action) => {
      let isDone = false;
      const once = (): void => {
        if (!isDone) action();
        isDone = true;
      };
      for (const method of ['POST', 'PUT', 'DELETE']) control.beforeRequest({ method }, once);
    },
    shiftPages: ({ remove, insert }) => control.shiftPages({ list: 'users', remove: remove.map(Number), insert }),
    close: () => fake.close(),
  };
}

/** All Users: Metabase fills it by itself. */
const everybodyId = 1;

/** Logging in is neither a read nor a write of what is provisioned. */
const counts = ({ path }: { readonly path: string }): boolean => !path.endsWith('/api/session');
