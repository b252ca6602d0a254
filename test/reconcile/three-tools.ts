import { readPicture } from '../../src/cli/demo/read-picture.js';
import type { ToolName } from '../../src/cli/demo/tools.js';
import type { DbtCloudConfig, MetabaseConfig, RetoolConfig } from '../../src/model/target-config.js';
import {
  startFakeDbtCloud,
  type FakeDbtCloud,
  type FakeDbtCloudOptions,
} from '../../src/sandbox/dbt-cloud/fake-dbt-cloud.js';
import {
  startFakeMetabase,
  type FakeMetabase,
  type FakeMetabaseOptions,
} from '../../src/sandbox/metabase/fake-metabase.js';
import { startFakeRetool, type FakeRetool, type FakeRetoolOptions } from '../../src/sandbox/retool/fake-retool.js';
import { metabaseConfig } from '../targets/metabase-harness.js';
import { retoolConfig } from '../targets/retool-harness.js';
import { DirectoryWorld, newClock, type DirectoryWorldOptions, type WorldParts } from './directory-world.js';
import { dbtConfig } from './world.js';

export interface ThreeToolsOptions extends DirectoryWorldOptions {
  readonly dbt?: Partial<DbtCloudConfig>;
  readonly metabase?: Partial<MetabaseConfig>;
  readonly retool?: Partial<RetoolConfig>;
  /** True: people wait for an account in dbt until they accept. Default: everybody has one there already. */
  readonly invited?: boolean;
  readonly fakes?: {
    readonly dbt?: FakeDbtCloudOptions;
    readonly metabase?: FakeMetabaseOptions;
    readonly retool?: FakeRetoolOptions;
  };
}

interface Fakes {
  readonly dbt: FakeDbtCloud;
  readonly metabase: FakeMetabase;
  readonly retool: FakeRetool;
}

/** A world with a target of every grain: dbt's v2 writes whole groups, Metabase and Retool single memberships. */
export class ThreeTools extends DirectoryWorld implements Fakes {
  readonly dbt: FakeDbtCloud;
  readonly metabase: FakeMetabase;
  readonly retool: FakeRetool;
  readonly #invited: boolean;

  private constructor(parts: WorldParts, { dbt, metabase, retool }: Fakes, invited: boolean) {
    super(parts);
    this.#invited = invited;
    this.dbt = dbt;
    this.metabase = metabase;
    this.retool = retool;
  }

  static async start(options: ThreeToolsOptions = {}): Promise<ThreeTools> {
    const { dbt, metabase, retool, fakes = {}, invited = false, ...rest } = options;
    const timed = newClock();
    const clock = (): number => timed.now;
    const rate = { perMinute: null, header: 'none' } as const;
    const started: Fakes = {
      dbt: await startFakeDbtCloud({ clock, dialect: 'v2', listInvitations: true, ...fakes.dbt }),
      metabase: await startFakeMetabase({ clock, ...fakes.metabase }),
      retool: await startFakeRetool({ clock, rate, ...fakes.retool }),
    };
    const limits = { perMinute: 1_000_000, concurrency: 4 };
    const configs = [
      { ...dbtConfig(started.dbt), limits, ...dbt },
      metabaseConfig(started.metabase, 'api-key', { limits, ...metabase }),
      retoolConfig(started.retool, { limits, ...retool }),
    ];
    return new ThreeTools(await DirectoryWorld.parts(configs, timed, rest), started, invited);
  }

  /** Somebody with a name. */
  override async joins(name: string, more: Record<string, unknown> = {}): Promise<string> {
    const email = `${name}@acme.test`;
    const isThere = this.dbt.control.state().users.some((user) => user.email === email);
    if (!isThere && !this.#invited) this.dbt.control.users.add({ email, firstName: name, lastName: 'Doe' });
    return super.joins(name, { name: { givenName: name, familyName: 'Doe' }, ...more });
  }

  /** Whether somebody of acme.test can use a tool. */
  has(tool: ToolName, name: string): boolean {
    return readPicture[tool](this).people[`${name}@acme.test`]?.state === 'active';
  }

  /** In which of the tools somebody has an active account. */
  whereIs(name: string): ToolName[] {
    return (['dbt', 'metabase', 'retool'] as const).filter((tool) => this.has(tool, name));
  }

  /** Who is in a group over there, by the part of their address before the @; undefined without such a group. */
  membersOf(tool: ToolName, group: string): string[] | undefined {
    const { people, groups } = readPicture[tool](this);
    if (!groups.includes(group)) return undefined;
    const members = Object.entries(people).filter(([, person]) => person.groups.includes(group));
    return members.map(([email]) => email.split('@')[0] ?? '').toSorted();
  }

  /** The id of a group over there. */
  groupId(tool: ToolName, name: string): number {
    const groups: readonly { readonly id: number; readonly name: string }[] = this[tool].control.state().groups;
    const found = groups.find((each) => each.name === name);
    if (found === undefined) throw new Error(`${tool} has no group ${name}`);
    return found.id;
  }

  /** Somebody nobody provisioned joins a group in every tool. */
  guestJoins(email: string, group: string): void {
    for (const tool of ['dbt', 'metabase', 'retool'] as const) {
      const { control } = this[tool];
      control.users.add({ email });
      control.groups.addMember(this.groupId(tool, group), email);
    }
  }

  override async close(): Promise<void> {
    await super.close();
    for (const fake of [this.dbt, this.metabase, this.retool]) await fake.close();
  }
}
