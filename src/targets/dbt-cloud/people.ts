import { groupBy } from '../../model/group-by.js';
import { fold } from '../../model/fold.js';
import type { RemoteId } from '../../model/account.js';
import type { ObservedInvitation } from '../../model/observation.js';
import type { DbtApi } from './dbt-api.js';
import { invitationAnswer, isOpen, newestFirst } from './dbt-invitation.js';
import { userAnswer, type DbtUser } from './dbt-user.js';

/** Everybody, read completely: invitations undefined where the vendor lists none. */
export interface Everybody {
  readonly users: readonly DbtUser[];
  readonly invitations: readonly ObservedInvitation[] | undefined;
}

/** What is known of one address. */
export type Found =
  | { readonly kind: 'users'; readonly users: readonly DbtUser[] }
  | { readonly kind: 'invited'; readonly invitationId: RemoteId | undefined }
  | { readonly kind: 'nobody' };

export interface PeopleSource {
  readonly api: DbtApi;
  readonly accountId: string;
  readonly usersPath: string;
  /** Undefined: this server lists no invitations. */
  readonly invitationsPath: string | undefined;
}

interface Look {
  readonly users: ReadonlyMap<string, readonly DbtUser[]>;
  readonly invited: Map<string, RemoteId | undefined>;
  readonly endedAt: number;
}

/** For how long invitations may rely on one complete look, so that 1,000 joiners do not cost 1,000 full reads. */
const freshForMs = 2_000;

/**
 * Reads people and invitations, always whole: the vendor has no filter by address, and ignores one that is sent.
 *
 * @param clock milliseconds that never run backwards
 */
export class People {
  readonly #source: PeopleSource;
  readonly #clock: () => number;
  readonly #sent = new Map<string, { readonly invitationId: RemoteId | undefined; readonly at: number }>();
  #look: Look | undefined;
  #looking: Promise<Look> | undefined;
  #generation = 0;
  /** How many people the last complete list held: tells which way of reading is cheaper. */
  lastCount: number;

  constructor(source: PeopleSource, lastCount: number, clock: () => number) {
    this.#source = source;
    this.lastCount = lastCount;
    this.#clock = clock;
  }

  /** Reads every invitation, then every user. Never the other way round: who accepts in between would be in neither. */
  async readEverybody(signal: AbortSignal): Promise<Everybody> {
    return (await this.#readAndIndex(signal)).everybody;
  }

  /** Whether a sent invitation can be seen again. */
  get listsInvitations(): boolean {
    return this.#source.invitationsPath !== undefined;
  }

  async readUsers(signal: AbortSignal): Promise<readonly DbtUser[]> {
    const { api, accountId, usersPath } = this.#source;
    const users = await api.list('users', usersPath, userAnswer(accountId), signal);
    this.lastCount = users.length;
    return users;
  }

  /** Newest first; undefined where the vendor lists none. */
  async readInvitations(signal: AbortSignal): Promise<readonly ObservedInvitation[] | undefined> {
    const { api, invitationsPath } = this.#source;
    if (invitationsPath === undefined) return undefined;
    return newestFirst(await api.list('invitations', invitationsPath, invitationAnswer, signal));
  }

  /**
   * Looks for one address among users and invitations, relying on a complete look at most two seconds old.
   *
   * @param key the folded address
   */
  async find(key: string, signal: AbortSignal): Promise<Found> {
    const look = this.#fresh() ?? (await this.#lookAgain(signal));
    const users = look.users.get(key);
    if (users !== undefined) return { kind: 'users', users };
    return look.invited.has(key) ? { kind: 'invited', invitationId: look.invited.get(key) } : { kind: 'nobody' };
  }

  /** Remembers an invitation we sent, so that no look that began before it makes the address seem free. */
  noteInvited(key: string, invitationId: RemoteId | undefined): void {
    this.#sent.set(key, { invitationId, at: this.#clock() });
    this.#look?.invited.set(key, invitationId);
  }

  /** Makes the next `find` look again: something happened that we cannot account for. */
  forget(): void {
    this.#generation += 1;
    this.#look = undefined;
    this.#looking = undefined;
  }

  #fresh(): Look | undefined {
    return this.#look !== undefined && this.#clock() - this.#look.endedAt < freshForMs ? this.#look : undefined;
  }

  /** People who ask at the same time share one look. */
  async #lookAgain(signal: AbortSignal): Promise<Look> {
    const looking = (this.#looking ??= this.#readAndIndex(signal).then(({ look }) => look));
    try {
      return await looking;
    } finally {
      if (this.#looking === looking) this.#looking = undefined;
    }
  }

  async #readAndIndex(signal: AbortSignal): Promise<{ everybody: Everybody; look: Look }> {
    const generation = this.#generation;
    const beganAt = this.#clock();
    const invitations = await this.readInvitations(signal);
    const users = await this.readUsers(signal);
    const everybody = { users, invitations };
    const look = indexed(everybody, this.#clock());
    for (const [key, { invitationId, at }] of this.#sent) {
      if (at >= beganAt) look.invited.set(key, invitationId);
      else this.#sent.delete(key);
    }
    if (generation === this.#generation) this.#look = look;
    return { everybody, look };
  }
}

function indexed(everybody: Everybody, endedAt: number): Look {
  const invited = new Map<string, RemoteId | undefined>();
  const newestSeen = new Set<string>();
  for (const each of everybody.invitations ?? []) {
    if (newestSeen.has(each.correlationKey)) continue;
    newestSeen.add(each.correlationKey);
    if (isOpen(each)) invited.set(each.correlationKey, each.id);
  }
  return { users: groupBy(everybody.users, (user) => addressKey(user.email)), invited, endedAt };
}

/** The one spelling addresses are compared by: the vendor stores them as typed and treats case as equal. */
export const addressKey = (email: string): string => fold(email.trim());
