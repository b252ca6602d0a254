import type { AnyTargetConfig, TargetConfig } from '../model/target-config.js';
import { startFakeDbtCloud, type FakeDbtCloud, type FakeDbtCloudOptions } from './dbt-cloud/fake-dbt-cloud.js';
import { startFakeMetabase, type FakeMetabase, type FakeMetabaseOptions } from './metabase/fake-metabase.js';
import { startFakeRetool, type FakeRetool, type FakeRetoolOptions } from './retool/fake-retool.js';

export const vendorNames = ['dbt', 'metabase', 'retool'] as const;
export type VendorName = (typeof vendorNames)[number];

export interface VendorOptions {
  readonly dbt?: FakeDbtCloudOptions | undefined;
  readonly metabase?: FakeMetabaseOptions | undefined;
  readonly retool?: FakeRetoolOptions | undefined;
}

/** The fakes of a sandbox, one of each vendor, all running. */
export interface SandboxVendors {
  readonly dbt: FakeDbtCloud;
  readonly metabase: FakeMetabase;
  readonly retool: FakeRetool;
  close(): Promise<void>;
}

/** Starts one fake of each vendor; when one cannot start, none is left behind. */
export async function startVendors(options: VendorOptions): Promise<SandboxVendors> {
  const started = await Promise.allSettled([
    startFakeDbtCloud({ ...options.dbt }),
    startFakeMetabase({ ...options.metabase }),
    startFakeRetool({ ...options.retool }),
  ]);
  const close = async (): Promise<void> => {
    for (const each of started) if (each.status === 'fulfilled') await each.value.close();
  };
  const [dbt, metabase, retool] = started;
  if (dbt.status === 'fulfilled' && metabase.status === 'fulfilled' && retool.status === 'fulfilled') {
    return { dbt: dbt.value, metabase: metabase.value, retool: retool.value, close };
  }
  await close();
  throw new Error('a fake could not start', { cause: started.find((each) => each.status === 'rejected') });
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
export function vendorTargets({
  dbt,
  metabase,
  retool,
}: SandboxVendors): Readonly<Record<VendorName, AnyTargetConfig>> {
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
  };
}
