import type { RemoteId } from '../../model/account.js';
import type { Manners } from './manners.js';
import { isClosed, isRefusal } from './refusals.js';
import type { ScimApi } from './scim-api.js';
import { nameKey, userAnswer, type RemoteUser } from './scim-user.js';
import { userPath } from './session.js';

interface Look {
  readonly idsByName: Map<string, RemoteId[]>;
  readonly endedAt: number;
}

/** For how long one complete list does for everybody, so that 1,000 joiners do not cost 1,000 of them. */
const freshForMs = 2_000;

/**
 * Knows users by their name: from a filter where the server has one that works, and from complete lists.
 *
 * @param clock milliseconds that never run backwards
 */
export class Roster {
  readonly #api: ScimApi;
  readonly #manners: Manners;
  readonly #clock: () => number;
  #look: Look | undefined;
  #looking: Promise<unknown> | undefined;
  /** How many users the last complete list held: tells which way of reading is cheaper. */
  lastCount: number;
  /** Users met although no list shows them: some servers hide who is inactive. */
  readonly unlisted = new Set<RemoteId>();

  constructor(api: ScimApi, manners: Manners, lastCount: number, clock: () => number) {
    this.#api = api;
    this.#manners = manners;
    this.lastCount = lastCount;
    this.#clock = clock;
  }

  async readAll(signal: AbortSignal): Promise<readonly RemoteUser[]> {
    const users = await this.#api.list('users', userAnswer, { pageSize: this.#manners.pageSize }, signal);
    this.lastCount = users.length;
    this.#look = { idsByName: new Map(), endedAt: this.#clock() };
    for (const user of users) this.note(user);
    return users;
  }

  /**
   * Those of a name, whatever its case. A filter may heed case: what the last complete list showed counts too, as long as
   * it is still so. Nobody found is no proof that there is nobody; the server itself refuses a second one.
   */
  async find(userName: string, signal: AbortSignal): Promise<readonly RemoteUser[]> {
    const filtered = this.#manners.filters ? await this.#filtered(userName, signal) : undefined;
    if (filtered !== undefined && filtered.length > 0) return filtered;
    if (this.#look === undefined || (filtered === undefined && !this.#isFresh())) await this.#lookAgain(signal);
    const ids = this.#look?.idsByName.get(nameKey(userName)) ?? [];
    const users = await Promise.all(ids.map((id) => this.#byId(id, signal)));
    return users.filter((user) => user !== undefined && nameKey(user.userName) === nameKey(userName)) as RemoteUser[];
  }

  /** The same from a fresh, complete list, by name or by the directory's own id; then from a filter. */
  async findForSure(
    userName: string,
    externalId: string | undefined,
    signal: AbortSignal,
  ): Promise<readonly RemoteUser[]> {
    const users = await this.readAll(signal);
    const named = users.filter((user) => nameKey(user.userName) === nameKey(userName));
    if (named.length > 0) return named;
    const identified = users.filter(({ profile }) => profile['externalId'] === externalId);
    if (externalId !== undefined && identified.length > 0) return identified;
    return (await this.#filtered(userName, signal)) ?? [];
  }

  /** Remembers a user just seen or made. */
  note({ userName, id }: RemoteUser): void {
    const ids = this.#look?.idsByName.get(nameKey(userName)) ?? [];
    this.#look?.idsByName.set(nameKey(userName), [...ids, id]);
  }

  /** Makes the next look a fresh one: something happened that we cannot account for. */
  forget(): void {
    this.#look = undefined;
  }

  #isFresh(): boolean {
    return this.#look !== undefined && this.#clock() - this.#look.endedAt < freshForMs;
  }

  /** Those who ask at the same time share one look. */
  async #lookAgain(signal: AbortSignal): Promise<void> {
    const looking = (this.#looking ??= this.readAll(signal));
    try {
      await looking;
    } finally {
      if (this.#looking === looking) this.#looking = undefined;
    }
  }

  async #byId(id: RemoteId, signal: AbortSignal): Promise<RemoteUser | undefined> {
    try {
      return await this.#api.resource(userPath(id), userAnswer, signal);
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  }

  /** @returns undefined when the server has no such filter, or ignores it; not asked again then */
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
}
