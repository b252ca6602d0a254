import type { DirectoryWorld } from './directory-world.js';
import { people, type Command } from './histories.js';
import type { Side, SideAccount } from './sides.js';

const day = 86_400_000;
const licenceExtension = 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User';
const addressOf = (name: string): string => `${name}@acme.test`;

interface KnownUser {
  readonly id: string;
  active: boolean;
  licence: string;
  givenName: string;
}

interface KnownGroup {
  readonly id: string;
  name: string;
  readonly members: Set<string>;
}

/** What the directory wants, kept beside the product so that every target can be compared with it. */
export class HistoryModel {
  readonly #world: DirectoryWorld;
  readonly #sides: readonly Side[];
  readonly #users = new Map<string, KnownUser>();
  readonly #groups = new Map<string, KnownGroup>();
  /** `name|SCIM group id` of each membership the directory ever gave. */
  readonly #given = new Set<string>();
  /** `target|name|group id over there` of memberships somebody made by hand. `maybe`: the account was taken since. */
  readonly #handMade = new Map<string, 'certain' | 'maybe'>();
  /** Those that were `maybe` at some time: what an inactive account held by hand goes before it comes back. */
  readonly #doubted = new Set<string>();
  /** Which SCIM groups each group over there, `target|id`, ever stood for. */
  readonly #stoodFor = new Map<string, Set<string>>();
  readonly #guests: { readonly name: string; readonly side: Side; readonly groupId: string }[] = [];
  #names = 0;

  constructor(world: DirectoryWorld, sides: readonly Side[]) {
    this.#world = world;
    this.#sides = sides;
  }

  async run(step: Command): Promise<void> {
    this.#world.advance(1000);
    await this.#perform(step);
    await this.#watch();
  }

  /** Without any sweep: what was asked for must happen because it was asked for. */
  async comesToRestByItself(): Promise<void> {
    this.#sides.forEach((side) => side.clearFaults());
    for (let round = 0; round < 3; round += 1) {
      await this.#world.settle();
      this.#everybodyAccepts();
      this.#world.advance(61_000);
    }
    await this.#world.settle();
    await this.#watch();
    this.#compare();
  }

  /** Everybody accepts, nothing fails any more, and sweeps find what was done by hand. */
  async comesToRest(): Promise<void> {
    this.#sides.forEach((side) => side.clearFaults());
    for (let round = 0; round < 4; round += 1) {
      this.#world.advance(15 * day);
      await this.#world.sweep();
      this.#everybodyAccepts();
      await this.#world.sweep();
    }
    await this.#watch();
    for (const { target } of this.#sides) {
      const { due, failing, held, converged } = await this.#world.status(target);
      expect({ target, due, failing, held, converged }).toEqual({
        target,
        due: 0,
        failing: 0,
        held: 0,
        converged: true,
      });
    }
    this.#compare();
  }

  /** Every membership a write took away was one the directory had given, or came back to life with its account. */
  nobodyForeignWasDropped(): void {
    for (const side of this.#sides) {
      for (const { name, groupId } of side.taken()) {
        const ours = this.#wasGiven(name, side, groupId) || this.#doubted.has(`${side.target}|${name}|${groupId}`);
        expect({ target: side.target, name, groupId, ours }).toEqual({
          target: side.target,
          name,
          groupId,
          ours: true,
        });
      }
      expect([side.target, side.blunders()]).toEqual([side.target, []]);
    }
  }

  async #perform(step: Command): Promise<void> {
    switch (step.do) {
      case 'join':
        return this.#join(step.who);
      case 'leave':
        return this.#ofUser(step.who, async (user) => {
          await this.#world.leaves(user.id);
          user.active = false;
          this.#doubt(step.who, this.#sides);
        });
      case 'delete':
        return this.#ofUser(step.who, async (user) => {
          await this.#world.deletes(user.id);
          this.#users.delete(step.who);
          this.#doubt(step.who, this.#sides);
          for (const group of this.#groups.values()) group.members.delete(step.who);
        });
      case 'licence':
        return this.#ofUser(step.who, async (user) => {
          await this.#world.changes(user.id, { [licenceExtension]: { licenseType: step.to } });
          user.licence = step.to;
        });
      case 'name':
        return this.#ofUser(step.who, async (user) => {
          await this.#world.changes(user.id, { name: { givenName: step.to, familyName: 'Doe' } });
          user.givenName = step.to;
        });
      case 'push':
        if (!this.#groups.has(step.group)) {
          const id = await this.#world.pushesGroup(step.group);
          this.#groups.set(step.group, { id, name: step.group, members: new Set() });
        }
        return;
      case 'unpush':
        return this.#ofGroup(step.group, async (group) => {
          await this.#world.deletesGroup(group.id);
          this.#groups.delete(step.group);
        });
      case 'rename':
        return this.#ofGroup(step.group, async (group) => {
          group.name = `${step.group} ${(this.#names += 1)}`;
          await this.#world.renamesGroup(group.id, group.name);
        });
      case 'add':
      case 'remove':
        return this.#ofGroup(step.group, async (group) => {
          const user = this.#users.get(step.who);
          if (user === undefined) return;
          await this.#world.members(group.id, step.do, [user.id]);
          if (step.do === 'add') this.#give(group, step.who);
          else group.members.delete(step.who);
        });
      case 'replace':
        return this.#ofGroup(step.group, async (group) => {
          const who = step.all.filter((name) => this.#users.has(name));
          const ids = who.map((name) => this.#users.get(name)!.id);
          await this.#world.members(group.id, 'replace', ids);
          group.members.clear();
          for (const name of who) this.#give(group, name);
        });
      case 'accept':
        for (const side of this.#sides) side.accept?.(addressOf(step.who));
        return;
      case 'work':
        for (const { target } of this.#sides) await this.#world.engine.pass(target);
        return;
      case 'restart':
        // The former process is gone without a word; its lease runs out.
        this.#world.newEngine();
        this.#world.advance(100_000);
        return;
      default:
        this.#byHand(step, this.#sides[step.at % this.#sides.length]!);
    }
  }

  #byHand(step: Extract<Command, { at: number }>, side: Side): void {
    const groupId = 'group' in step ? this.#remoteGroup(step.group, side) : undefined;
    if (step.do === 'guest joins group by hand') {
      if (groupId === undefined) return;
      const name = `guest${this.#guests.length}`;
      side.addGuest(`${name}@elsewhere.test`, groupId);
      this.#guests.push({ name, side, groupId });
      return;
    }
    const [account] = side.accounts(step.who);
    if (account === undefined) return;
    switch (step.do) {
      case 'person joins group by hand':
        if (groupId === undefined || !account.active || account.groups.includes(groupId)) return;
        side.addMember(groupId, account.email);
        this.#handMade.set(`${side.target}|${step.who}|${groupId}`, 'certain');
        return;
      case 'member removed by hand':
        if (groupId === undefined || !account.groups.includes(groupId)) return;
        side.removeMember(groupId, account.email);
        this.#handMade.delete(`${side.target}|${step.who}|${groupId}`);
        return;
      case 'licence by hand':
        if (account.active) side.changeLicence?.(account.email, 'developer');
        return;
      case 'name by hand':
        side.rename(account.email, 'Changed');
        return;
      case 'deactivated by hand':
        if (!account.active) return;
        side.deactivate(account.email);
        this.#doubt(step.who, [side]);
    }
  }

  async #join(name: string): Promise<void> {
    const known = this.#users.get(name);
    if (known !== undefined) {
      await this.#world.returns(known.id);
      known.active = true;
      return;
    }
    const id = await this.#world.joins(name, { name: { givenName: name, familyName: 'Doe' } });
    this.#users.set(name, { id, active: true, licence: 'read_only', givenName: name });
  }

  #everybodyAccepts(): void {
    for (const side of this.#sides) for (const name of people) side.accept?.(addressOf(name));
  }

  #compare(): void {
    for (const side of this.#sides) {
      const seen = people.map((name) => [name, side.accounts(name)] as const);
      expect(seen.filter(([, accounts]) => accounts.length > 1)).toEqual([]);
      const active = seen.filter(([, [account]]) => account?.active === true).map(([name]) => name);
      const wanted = [...this.#users].filter(([, user]) => user.active);
      expect([side.target, active.toSorted()]).toEqual([side.target, wanted.map(([name]) => name).toSorted()]);
      for (const [name, user] of wanted) expect(side.accounts(name)[0]).toMatchObject(asWanted(side, user));
      for (const [key, group] of this.#groups) this.#compareGroup(side, key, group);
      for (const guest of this.#guests.filter((each) => each.side === side)) {
        expect(side.activeMembers(guest.groupId)).toContain(guest.name);
      }
    }
  }

  #compareGroup(side: Side, key: string, group: KnownGroup): void {
    const remote = this.#remoteGroup(key, side);
    const pair = (name: string): string => `${side.target}|${name}|${remote}`;
    const byHand = people.filter((name) => this.#users.get(name)?.active && !group.members.has(name));
    const state = (name: string) => (this.#wasGiven(name, side, remote) ? 'maybe' : this.#handMade.get(pair(name)));
    const sure = byHand.filter((name) => state(name) === 'certain');
    const possible = byHand.filter((name) => this.#handMade.has(pair(name)) && state(name) === 'maybe');
    const desired = [...group.members].filter((name) => this.#users.get(name)?.active);
    const guests = this.#guests.filter((each) => each.side === side && each.groupId === remote).map(({ name }) => name);
    const there = side.activeMembers(remote ?? '').filter((name) => !possible.includes(name));
    const expected = [...new Set([...desired, ...guests, ...sure])].toSorted();
    expect([side.target, group.name, there.toSorted()]).toEqual([side.target, group.name, expected]);
  }

  /** Notes which group over there serves which SCIM group, as long as the store still knows. */
  async #watch(): Promise<void> {
    for (const row of await this.#world.store.db.selectFrom('target_group').selectAll().execute()) {
      if (row.remote_id === null) continue;
      const remote = `${row.target}|${row.remote_id}`;
      const ids = this.#stoodFor.get(remote) ?? new Set();
      this.#stoodFor.set(remote, ids.add(row.key.slice('scim:'.length)));
    }
  }

  /** Whether the directory ever gave a person this group over there, under whichever SCIM group it stood for. */
  #wasGiven(name: string, side: Side, remote: string | undefined): boolean {
    const ids = this.#stoodFor.get(`${side.target}|${remote}`) ?? [];
    return [...ids].some((id) => this.#given.has(`${name}|${id}`));
  }

  #doubt(name: string, sides: readonly Side[]): void {
    for (const pair of this.#handMade.keys()) {
      if (!sides.some(({ target }) => pair.startsWith(`${target}|${name}|`))) continue;
      this.#handMade.set(pair, 'maybe');
      this.#doubted.add(pair);
    }
  }

  #give(group: KnownGroup, name: string): void {
    group.members.add(name);
    this.#given.add(`${name}|${group.id}`);
  }

  async #ofUser(name: string, work: (user: KnownUser) => Promise<void>): Promise<void> {
    const user = this.#users.get(name);
    if (user !== undefined) await work(user);
  }

  async #ofGroup(key: string, work: (group: KnownGroup) => Promise<void>): Promise<void> {
    const group = this.#groups.get(key);
    if (group !== undefined) await work(group);
  }

  #remoteGroup(key: string, side: Side): string | undefined {
    const name = this.#groups.get(key)?.name;
    return name === undefined ? undefined : side.groupId(name);
  }
}

function asWanted({ changeLicence }: Side, { licence, givenName }: KnownUser): Partial<SideAccount> {
  return { firstName: givenName, ...(changeLicence === undefined ? {} : { licence }) };
}
