import { groupBy } from '../../model/group-by.js';
import type { Manners } from './manners.js';
import { isClosed } from './refusals.js';
import type { ScimApi } from './scim-api.js';
import { nameKey, userAnswer, type RemoteUser } from './scim-user.js';

interface Look {
  readonly byName: Map<string, readonly RemoteUser[]>;
  readonly endedAt: number;
}

/** For how long look-ups may rely on one complete list, so that 1,000 joiners do not cost 1,000 of them. */
const freshForMs = 2_000;

/**
 * Finds users by their name: with a filter where the server has one that works, else in a complete list.
 *
 * @param clock milliseconds that never run backwards
 */
export class Roster {
  readonly #api: ScimApi;
  readonly #manners: Manners;
  readonly #clock: () => number;
  #look: Look | undefined;
  #looking: Promise<Look> | undefined;
  /** How many users the last complete list held: tells which way of reading is cheaper. */
  lastCount: number;

  constructor(api: ScimApi, manners: Manners, lastCount: number, clock: () => number) {
    this.#api = api;
    this.#manners = manners;
    this.lastCount = lastCount;
    this.#clock = clock;
  }

  async readAll(signal: AbortSignal): Promise<readonly RemoteUser[]> {
    const users = await this.#api.list('users', userAnswer, { pageSize: this.#manners.pageSize }, signal);
    this.lastCount = users.length;
    return users;
  }

  /** Nobody found is no proof that there is nobody: a filter may heed case. The server itself refuses a second one. */
  async find(userName: string, signal: AbortSignal): Promise<readonly RemoteUser[]> {
    const found = this.#manners.filters ? await this.#filtered(userName, signal) : undefined;
    return found ?? (await this.#listed(signal)).byName.get(nameKey(userName)) ?? [];
  }

  /** The same from a fresh, complete list, by name or by the directory's own id. */
  async findForSure(
    userName: string,
    externalId: string | undefined,
    signal: AbortSignal,
  ): Promise<readonly RemoteUser[]> {
    const users = await this.readAll(signal);
    const named = users.filter((user) => nameKey(user.userName) === nameKey(userName));
    if (named.length > 0 || externalId === undefined) return named;
    return users.filter(({ profile }) => profile['externalId'] === externalId);
  }

  /** Remembers a user just made, whom the last complete list does not hold yet. */
  note(user: RemoteUser): void {
    this.#look?.byName.set(nameKey(user.userName), [user]);
  }

  /** Makes the next look a fresh one: something happened that we cannot account for. */
  forget(): void {
    this.#look = undefined;
    this.#looking = undefined;
  }

  /** @returns undefined when the server has no such filter, or ignores it */
  async #filtered(userName: string, signal: AbortSignal): Promise<readonly RemoteUser[] | undefined> {
    const filter = `userName eq ${JSON.stringify(userName)}`;
    try {
      const { rows } = await this.#api.page('/Users', userAnswer, { filter, startIndex: 1, count: 10 }, signal);
      if (rows.every((user) => nameKey(user.userName) === nameKey(userName))) return rows;
    } catch (error) {
      if (!isClosed(error) || error.status === 403) throw error;
    }
    this.#manners.filters = false;
    return undefined;
  }

  /** Those who ask at the same time share one look. */
  async #listed(signal: AbortSignal): Promise<Look> {
    if (this.#look !== undefined && this.#clock() - this.#look.endedAt < freshForMs) return this.#look;
    const looking = (this.#looking ??= this.#lookAgain(signal));
    try {
      return await looking;
    } finally {
      if (this.#looking === looking) this.#looking = undefined;
    }
  }

  async #lookAgain(signal: AbortSignal): Promise<Look> {
    const users = await this.readAll(signal);
    const look = { byName: new Map(groupBy(users, (user) => nameKey(user.userName))), endedAt: this.#clock() };
    this.#look = look;
    return look;
  }
}
