import type { AnyTargetConfig, TargetConfig } from '../model/target-config.js';
import { startFakeDbtCloud, type FakeDbtCloud, type FakeDbtCloudOptions } from './dbt-cloud/fake-dbt-cloud.js';
import { startFakeMetabase, type FakeMetabase, type FakeMetabaseOptions } from './metabase/fake-metabase.js';
import { startFakeRetool, type FakeRetool, type FakeRetoolOptions } from './retool/fake-retool.js';
import { startFakeScim, type FakeScim, type FakeScimOptions } from './scim/fake-scim.js';

export const vendorNames = ['dbt', 'metabase', 'retool', 'scim'] as const;
export type VendorName = (typeof vendorNames)[number];

export interface VendorOptions {
  readonly dbt?: FakeDbtCloudOptions | undefined;
  readonly metabase?: FakeMetabaseOptions | undefined;
  readonly retool?: FakeRetoolOptions | undefined;
  readonly scim?: FakeScimOptions | undefined;
}

/** The fakes of a sandbox, one of each vendor and a server that speaks SCIM itself, all running. */
export interface SandboxVendors {
  readonly dbt: FakeDbtCloud;
  readonly metabase: FakeMetabase;
  readonly retool: FakeRetool;
  readonly scim: FakeScim;
  close(): Promise<void>;
}

/** Starts one fake of each; when one cannot start, none is left behind. */
export async function startVendors(options: VendorOptions): Promise<SandboxVendors> {
  const started = await Promise.allSettled([
    startFakeDbtCloud({ ...options.dbt }),
    startFakeMetabase({ ...options.metabase }),
    startFakeRetool({ ...options.retool }),
    startFakeScim({ ...options.scim }),
  ]);
  const close = async (): Promise<void> => {
    for (const each of started) if (each.status === 'fulfilled') await each.value.close();
  };
  const [dbt, metabase, retool, scim] = started;
  if (hasStarted(dbt) && hasStarted(metabase) && hasStarted(retool) && hasStarted(scim)) {
    return { dbt: dbt.value, metabase: metabase.value, retool: retool.value, scim: scim.value, close };
  }
  await close();
  throw new Error('a fake could not start', { cause: started.find((each) => each.status === 'rejected') });
}

function hasStarted<T>(fake: PromiseSettledResult<T>): fake is PromiseFulfilledResult<T> {
  return fake.status === 'fulfilled';
}

const common = {
  mode: 'full',
  groups: { create: true, map: {}, membership: 'owned' },
  assign: {},
  guard: { removals: 5, fraction: 0.2, windowMinutes: 60 },
  limits: { perMinute: 3000, concurrency: 4 },
  invitations: { expireDays: 14, limit: 3 },
} as const satisfies Partial<TargetConfig>;

/** How Drawbridge is configured for these fakes. */
export function vendorTargets(vendors: SandboxVendors): Readonly<Record<VendorName, AnyTargetConfig>> {
  const { dbt, metabase, retool, scim } = vendors;
  return {
    dbt: {
      ...common,
      name: 'dbt',
      type: 'dbt-cloud',
      baseUrl: dbt.url,
      accountId: String(dbt.accountId),
      token: dbt.token,
      dialect: 'auto',
      licence: { default: 'read_only', byGroup: { developer: ['Analytics Engineers'] } },
      protect: { users: [], groups: ['Owner'] },
      addressChange: 'keep',
    },
    metabase: {
      ...common,
      name: 'metabase',
      type: 'metabase',
      baseUrl: metabase.url,
      credential: { kind: 'api-key', apiKey: metabase.apiKey },
      licence: { default: '', byGroup: {} },
      protect: { users: [metabase.username], groups: [] },
      addressChange: 'keep',
    },
    retool: {
      ...common,
      name: 'retool',
      type: 'retool',
      baseUrl: retool.url,
      token: retool.token,
      licence: { default: '', byGroup: {} },
      protect: { users: [], groups: [] },
      addressChange: 'refuse',
    },
    scim: {
      ...common,
      name: 'scim',
      type: 'scim',
      baseUrl: scim.baseUrl,
      token: scim.token,
      licence: { default: '', byGroup: {} },
      protect: { users: [], groups: [] },
      addressChange: 'keep',
      deprovision: 'deactivate',
      patch: 'auto',
    },
  };
}
