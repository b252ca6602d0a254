import type { Profile } from '../../src/model/account.js';
import { enterpriseUrn } from '../../src/model/scim-attributes.js';
import type { ScimTargetConfig } from '../../src/model/target-config.js';
import { startFakeScim, type FakeScim, type FakeScimOptions } from '../../src/sandbox/scim/fake-scim.js';
import { createScimTarget } from '../../src/targets/scim/scim-target.js';
import { refusalWords, type Harness, type Misbehaviour } from './conformance.js';
import { scimConfig } from './drawbridge-harness.js';

type Fault = NonNullable<ReturnType<NonNullable<Parameters<FakeScim['control']['faults']['plan']>[0]>>>;

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

export interface ScimHarness extends Harness {
  readonly fake: FakeScim;
}

export interface ScimHarnessOptions {
  readonly rules?: FakeScimOptions;
  readonly config?: Partial<ScimTargetConfig>;
  /** True: somebody is in a group from the start, so that the server shows how it shows members. */
  readonly seeded?: boolean;
}

/** A fake SCIM server with an adapter before it. */
export async function startScimHarness(options: ScimHarnessOptions = {}): Promise<ScimHarness> {
  const { rules = {}, config = {}, seeded = false } = options;
  // Whole seconds, so that an HTTP-date says exactly what seconds would.
  const now = Date.UTC(2026, 0, 5, 12);
  const rate = { perMinute: 1_000_000, cooldownSeconds: 60, header: 'seconds' } as const;
  const fake = await startFakeScim({ clock: () => now, empty: !seeded, rate, ...rules });
  const { control } = fake;
  if (seeded) control.groups.addMember(control.groups.create({ displayName: 'Staff' }), 'owner@example.com');
  const newTarget: Harness['newTarget'] = (more = {}) =>
    createScimTarget(scimConfig(fake.baseUrl, { token: fake.token, ...config }), { now: () => now, ...more });
  return {
    fake,
    target: newTarget(),
    newTarget,
    bornAccounts: control.state().users.length,
    addAccount: (email, { groups = [] } = {}) => {
      const emails = [
        { value: email, type: 'work', primary: true },
        { value: `home-${email}`, type: 'home' },
      ];
      const id = control.users.add({ userName: email, emails, attributes: { profileUrl: 'https://x.example/me' } });
      for (const group of groups) control.groups.addMember(group, id);
      return id;
    },
    addGroup: (displayName) => control.groups.create({ displayName }),
    accept: () => {
      throw new Error('nobody is invited here');
    },
    join: (groupId, accountId) => control.groups.addMember(groupId, accountId),
    held: (id) => {
      const found = control.state().users.find((each) => each.id === id);
      if (found === undefined) return undefined;
      const { name, emails, [enterpriseUrn]: more, ...rest } = found.attributes;
      const { givenName = '', familyName = '' } = (name ?? {}) as Readonly<Record<string, string>>;
      const addresses = (emails ?? []) as readonly { readonly value: string; readonly primary?: boolean }[];
      return {
        active: found.active,
        email: addresses.find(({ primary }) => primary === true)?.value ?? found.userName,
        firstName: givenName,
        lastName: familyName,
        groups: found.groups,
        profile: { ...textsIn(rest), ...textsIn(more), addresses: String(addresses.length) },
      };
    },
    heldGroup: (id) => {
      const found = control.state().groups.find((each) => each.id === id);
      return found === undefined ? undefined : { name: found.displayName, members: found.members };
    },
    mailsTo: () => 0,
    reads: () => control.ledger.entries.filter(({ method }) => method === 'GET').length,
    writes: () => control.ledger.writes.length,
    lostFields: () => control.ledger.losses,
    misbehave: (how, when, times = 1, after = 0) => {
      let seen = 0;
      control.faults.plan(({ method }) => {
        if ((method === 'GET') !== (when === 'reading')) return undefined;
        seen += 1;
        return seen > after && seen <= after + times ? faults[how] : undefined;
      });
    },
    beforeNextWrite: (action) => {
      let isDone = false;
      const once = (): void => {
        if (!isDone) void action();
        isDone = true;
      };
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) control.beforeRequest({ method }, once);
    },
    shiftPages: ({ remove, insert }) => control.shiftPages({ list: 'users', remove, insert }),
    close: () => fake.close(),
  };
}

function textsIn(attributes: unknown): Profile {
  return Object.fromEntries(Object.entries(attributes ?? {}).filter(([, value]) => typeof value === 'string'));
}
