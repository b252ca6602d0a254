import type { RemoteId } from '../../../src/model/account.js';
import type { Observation, ObservedAccount } from '../../../src/model/observation.js';
import type { AccountChange, Operation, Outcome } from '../../../src/model/operation.js';
import type { ObservationScope, Target } from '../../../src/targets/target.js';
import type { AwaitedHarness } from './harness.js';
import type { ConformanceSubject } from './subject.js';

export const everything: ObservationScope = { accounts: [], correlate: true, members: 'all' };
export const never = new AbortController().signal;

/** Names no vendor may stumble over. */
const names = { firstName: 'Žofia', lastName: '李' } as const;

/** The subject of one run, with a fresh vendor for each test. */
export class Bench {
  readonly subject: ConformanceSubject;
  readonly dear: string | undefined;
  readonly cheap: string | undefined;
  #harness: AwaitedHarness | undefined;
  #target: Target | undefined;

  constructor(subject: ConformanceSubject) {
    this.subject = subject;
    [this.dear, this.cheap] = subject.licences ?? [];
  }

  /** Starts a vendor before each test of the surrounding block, connects, and stops it afterwards. */
  freshEachTest(): void {
    beforeEach(async () => {
      this.#harness = await this.subject.start();
      this.#target = this.#harness.target;
      await this.#target.connect(never);
    });
    afterEach(() => this.harness.close());
  }

  get harness(): AwaitedHarness {
    if (this.#harness === undefined) throw new Error('no vendor was started');
    return this.#harness;
  }

  get target(): Target {
    return this.#target ?? this.harness.target;
  }

  /** From here on another process works: it remembers nothing. */
  async restart(options?: { readonly timeoutMs?: number }): Promise<void> {
    this.#target = this.harness.newTarget(options);
    await this.#target.connect(never);
  }

  observe(scope: ObservationScope = everything): Promise<Observation> {
    return this.target.observe(scope, never);
  }

  apply(operation: Operation): Promise<Outcome> {
    return this.target.apply(operation, never);
  }

  async observed(id: RemoteId): Promise<ObservedAccount | undefined> {
    return (await this.observe({ ...everything, accounts: [id] })).accounts.get(id);
  }

  async byAddress(key: string): Promise<ObservedAccount[]> {
    return [...(await this.observe()).accounts.values()].filter((each) => each.correlationKey === key);
  }

  /** Somebody with the cheapest licence. */
  async person(email: string, groups: readonly RemoteId[] = []): Promise<RemoteId> {
    return this.harness.addAccount(email, { licence: this.cheap, groups });
  }

  /** An address as the vendor keeps it. */
  kept(email: string): string {
    return this.subject.keepsAddressCase === false ? email.toLowerCase() : email;
  }

  /** Everything about a cheap account of `person` this target lets us change at once, apart from its address. */
  get edits(): AccountChange | undefined {
    const { capabilities, profile } = this.subject;
    const change = {
      ...(this.dear === undefined ? {} : { licence: this.dear }),
      ...(capabilities.editsNames ? names : {}),
      ...(profile === undefined ? {} : { profile }),
    };
    return Object.keys(change).length > 0 ? change : undefined;
  }

  /** As little as one write changes. */
  get smallEdit(): AccountChange | undefined {
    if (this.dear !== undefined) return { licence: this.dear };
    return this.subject.capabilities.editsNames ? names : this.edits;
  }

  /** The licence an operation carries: an arbitrary one where the target has none. */
  get licence(): string {
    return this.dear ?? '';
  }

  invitation(email: string, groups: readonly RemoteId[] = []): Operation {
    return { kind: 'invite', email, licence: this.licence, groups };
  }

  creation(email: string): Operation {
    const { profile } = this.subject;
    return { kind: 'create-account', email, ...names, licence: this.licence, profile };
  }

  leave(accountId: RemoteId, email: string): Operation {
    return { kind: 'deactivate-account', accountId, email };
  }

  comeBack(accountId: RemoteId, email: string, change: AccountChange, groups: readonly RemoteId[] = []): Operation {
    return { kind: 'reactivate-account', accountId, email, change, groups };
  }

  /** One membership change at the grain the vendor writes, computed from what is there now. */
  async membership(change: 'add' | 'remove', groupId: RemoteId, accountId: RemoteId): Promise<Operation> {
    const { membershipGrain } = this.subject.capabilities;
    const [add, remove] = [change === 'add', change === 'remove'];
    if (membershipGrain === 'member') return { kind: add ? 'add-member' : 'remove-member', groupId, accountId };
    const { groups, accounts } = await this.observe();
    const isGroup = membershipGrain === 'group';
    const held = isGroup ? groups.get(groupId)?.members : accounts.get(accountId)?.groups;
    const part = isGroup ? accountId : groupId;
    const resulting = new Set(held ?? []);
    if (add) resulting.add(part);
    else resulting.delete(part);
    const sets = { add: add ? [part] : [], remove: remove ? [part] : [], resulting: [...resulting] };
    return isGroup
      ? { kind: 'set-group-members', groupId, ...sets }
      : { kind: 'set-account-groups', accountId, ...sets };
  }

  /** Registers a test, or skips it under the name of what is missing. */
  given(needs: boolean, missing: string, name: string, run: () => Promise<void>): void {
    if (needs) test(name, run);
    else test.skip(`${name} (skipped: ${missing})`, run);
  }
}
