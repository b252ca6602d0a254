import type { RetoolConfig } from '../../src/model/target-config.js';
import { startFakeRetool, type FakeRetool, type FakeRetoolOptions } from '../../src/sandbox/retool/fake-retool.js';
import { createRetoolTarget } from '../../src/targets/retool/retool-target.js';
import { refusalWords, type Harness, type Misbehaviour } from './conformance.js';

type Fault = NonNullable<ReturnType<NonNullable<Parameters<FakeRetool['control']['faults']['plan']>[0]>>>;

const faults: Readonly<Record<Misbehaviour, Fault>> = {
  'bad-credential': { kind: 'unauthorized' },
  forbidden: { kind: 'forbidden' },
  'not-found': { kind: 'status', status: 404, message: 'Not Found' },
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

export function retoolConfig(fake: Pick<FakeRetool, 'url' | 'token'>, more: Partial<RetoolConfig> = {}): RetoolConfig {
  return {
    name: 'retool',
    type: 'retool',
    baseUrl: fake.url,
    token: fake.token,
    mode: 'full',
    licence: { default: '', byGroup: {} },
    groups: { create: true, map: {}, membership: 'owned' },
    assign: {},
    protect: { users: [], groups: [] },
    guard: { removals: 5, fraction: 0.2, windowMinutes: 60 },
    limits: { perMinute: 30_000, concurrency: 4 },
    addressChange: 'refuse',
    invitations: { expireDays: 7, limit: 3 },
    ...more,
  };
}

export interface RetoolHarness extends Harness {
  readonly fake: FakeRetool;
}

export interface RetoolHarnessOptions {
  readonly rules?: FakeRetoolOptions;
  /** What the token may do; default everything. */
  readonly scopes?: readonly string[];
  readonly config?: Partial<RetoolConfig>;
}

/** A fake Retool with an adapter before it. On a plan without users, accounts come from accepted invitations. */
export async function startRetoolHarness(options: RetoolHarnessOptions = {}): Promise<RetoolHarness> {
  const { rules = {}, scopes, config = {} } = options;
  // Whole seconds, so that an HTTP-date says exactly what seconds would.
  const now = Date.UTC(2026, 0, 5, 12);
  const wide = { perMinute: null, header: 'none' } as const;
  const fake = await startFakeRetool({ clock: () => now, rate: wide, createMails: true, ...rules });
  const { control } = fake;
  if (scopes !== undefined) control.tokens.changeScopes(fake.token, scopes);
  const invites = rules.plan === 'business';
  const newTarget: Harness['newTarget'] = (more = {}) =>
    createRetoolTarget(retoolConfig(fake, config), { now: () => now, ...more });
  return {
    fake,
    target: newTarget(),
    newTarget,
    bornAccounts: invites ? 0 : 2,
    addAccount: (email, { groups } = {}) => {
      if (!invites) return control.users.add({ email, groups: (groups ?? []).map(Number) });
      return control.invitations.claim(control.invitations.send({ email }));
    },
    addGroup: (name) => String(control.groups.create({ name })),
    accept: (email) => control.invitations.claim(email),
    join: (groupId, accountId) => control.groups.addMember(Number(groupId), accountId),
    held: (id) => {
      const found = control.state().users.find((each) => each.id === id);
      if (found === undefined) return undefined;
      const { active, email, firstName, lastName, groups } = found;
      return { active, email, firstName: firstName ?? '', lastName: lastName ?? '', groups: groups.map(String) };
    },
    heldGroup: (id) => {
      const found = control.state().groups.find((each) => String(each.id) === id);
      return found === undefined ? undefined : { name: found.name, members: found.members };
    },
    mailsTo: (email) => control.ledger.mailsTo(email),
    reads: () => control.ledger.entries.filter((each) => each.method === 'GET' && counts(each)).length,
    writes: () => control.ledger.writes.filter(counts).length,
    lostFields: () => [...control.ledger.losses, ...control.ledger.demoted],
    misbehave: (how, when, times = 1, after = 0) => {
      let seen = 0;
      control.faults.plan((request) => {
        if ((request.method === 'GET') !== (when === 'reading') || !counts(request)) return undefined;
        seen += 1;
        return seen > after && seen <= after + times ? faults[how] : undefined;
      });
    },
    beforeNextWrite: (action) => {
      let done = false;
      const once = (): void => {
        if (!done) action();
        done = true;
      };
      for (const method of ['POST', 'PATCH', 'DELETE']) control.beforeRequest({ method }, once);
    },
    shiftPages: ({ remove, insert }) => control.shiftPages({ list: 'users', remove, insert }),
    close: () => fake.close(),
  };
}

/** Ending sessions and asking about our own token are neither reads nor writes of what is provisioned. */
function counts({ path }: { readonly path: string }): boolean {
  return !path.endsWith('/logout') && !path.endsWith('/access_tokens');
}
