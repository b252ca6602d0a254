import type { DbtCloudConfig } from '../../src/model/target-config.js';
import { createDbtCloudTarget } from '../../src/targets/dbt-cloud/dbt-cloud-target.js';
import {
  startFakeDbtCloud,
  type FakeDbtCloud,
  type FakeDbtCloudOptions,
} from '../../src/sandbox/dbt-cloud/fake-dbt-cloud.js';
import { refusalWords, type Harness, type Misbehaviour } from './conformance.js';

type Fault = NonNullable<ReturnType<NonNullable<Parameters<FakeDbtCloud['control']['faults']['plan']>[0]>>>;

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

export function dbtConfig(fake: FakeDbtCloud, more: Partial<DbtCloudConfig> = {}): DbtCloudConfig {
  return {
    name: 'dbt',
    type: 'dbt-cloud',
    baseUrl: fake.url,
    accountId: String(fake.accountId),
    token: fake.token,
    dialect: 'auto',
    mode: 'full',
    licence: { default: 'read_only', byGroup: {} },
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

export interface DbtHarness extends Harness {
  readonly fake: FakeDbtCloud;
}

export async function startDbtHarness(
  options: FakeDbtCloudOptions = {},
  config: Partial<DbtCloudConfig> = {},
): Promise<DbtHarness> {
  // Whole seconds, so that an HTTP-date says exactly what seconds would.
  const now = Date.UTC(2026, 0, 5, 12);
  const fake = await startFakeDbtCloud({ clock: () => now, ...options });
  const { control } = fake;
  const newTarget: Harness['newTarget'] = (more = {}) =>
    createDbtCloudTarget(dbtConfig(fake, config), { now: () => now, ...more });
  const user = (id: string) => control.state().users.find((each) => String(each.id) === id);
  return {
    fake,
    target: newTarget(),
    newTarget,
    bornAccounts: 2,
    addAccount: (email, { licence, groups } = {}) =>
      String(
        control.users.add({
          email,
          licence: (licence ?? 'read_only') as 'read_only',
          groups: (groups ?? []).map(Number),
        }),
      ),
    addGroup: (name) => String(control.groups.create({ name })),
    accept: (email) => String(control.invitations.accept(email)),
    join: (groupId, accountId) => control.groups.addMember(Number(groupId), Number(accountId)),
    held: (id) => {
      const found = user(id);
      if (found === undefined) return undefined;
      const { active, firstName, lastName, licence, groups } = found;
      return { active, firstName, lastName, licence, groups: groups.map(String) };
    },
    heldGroup: (id) => {
      const found = control.state().groups.find((each) => String(each.id) === id && !each.deleted);
      return found === undefined ? undefined : { name: found.name, members: found.members.map(String) };
    },
    mailsTo: (email) => control.ledger.mailsTo(email),
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
      for (const method of ['POST', 'DELETE']) control.beforeRequest({ method }, action);
    },
    shiftPages: ({ remove, insert }) => control.shiftPages({ list: 'users', remove: remove.map(Number), insert }),
    close: () => fake.close(),
  };
}
