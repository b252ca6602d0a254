import type { DbtCloudConfig } from '../../src/model/target-config.js';
import type { Runtime } from '../../src/reconcile/runtime.js';
import {
  startFakeDbtCloud,
  type FakeDbtCloud,
  type FakeDbtCloudOptions,
} from '../../src/sandbox/dbt-cloud/fake-dbt-cloud.js';
import { DirectoryWorld, newClock, type WorldParts } from './directory-world.js';

export interface WorldOptions {
  readonly fake?: FakeDbtCloudOptions;
  readonly config?: Partial<DbtCloudConfig>;
  readonly database?: string;
  readonly onStep?: Runtime['onStep'];
}

/** A world whose only target is a fake dbt Cloud. */
export class World extends DirectoryWorld {
  readonly fake: FakeDbtCloud;
  readonly config: DbtCloudConfig;

  private constructor(parts: WorldParts, fake: FakeDbtCloud, config: DbtCloudConfig) {
    super(parts);
    this.fake = fake;
    this.config = config;
  }

  static async start({ fake: rules, config: more, ...options }: WorldOptions = {}): Promise<World> {
    const clock = newClock();
    const fake = await startFakeDbtCloud({ clock: () => clock.now, ...rules });
    const config = { ...dbtConfig(fake), ...more };
    return new World(await DirectoryWorld.parts([config], clock, options), fake, config);
  }

  /** Accepts the invitation of somebody of acme.test. */
  accepts(name: string): void {
    this.fake.control.invitations.accept(`${name}@acme.test`);
  }

  /** Who is in a group over there, by the part of their address before the @. */
  membersOf(groupName: string): string[] {
    const { groups, users } = this.fake.control.state();
    const ids = new Set(groups.filter((group) => group.name === groupName).map((group) => group.id));
    return users
      .filter((user) => user.groups.some((id) => ids.has(id)))
      .map((user) => user.email.split('@')[0] ?? '')
      .toSorted();
  }

  override async close(): Promise<void> {
    await super.close();
    await this.fake.close();
  }
}

export function dbtConfig(fake: FakeDbtCloud): DbtCloudConfig {
  return {
    name: 'dbt',
    type: 'dbt-cloud',
    mode: 'full',
    licence: { default: 'read_only', byGroup: {} },
    groups: { create: true, map: {}, membership: 'owned' },
    assign: {},
    protect: { users: [], groups: [] },
    guard: { removals: 5, fraction: 0.2, windowMinutes: 60 },
    limits: { perMinute: 1_000_000, concurrency: 4 },
    addressChange: 'keep',
    invitations: { expireDays: 14, limit: 3 },
    baseUrl: fake.url,
    accountId: String(fake.accountId),
    token: fake.token,
    dialect: 'auto',
  };
}
