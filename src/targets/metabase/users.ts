import type { RemoteId } from '../../model/account.js';
import { isMissing, isRefusal, type MetabaseApi, type Query } from './metabase-api.js';
import { addressKey, isKeyAddress, userAnswer, type MetabaseUser } from './metabase-user.js';

/** How many rows of a list cost about as much as one account asked for by itself. */
const rowsPerCall = 100;

const users = { what: 'users', path: '/user' };
/** Deactivated people, too. */
const everybody = { status: 'all' };

/** `internal@metabase.com`, which owns what comes with Metabase. Lists leave it out; some have been seen not to. */
const internalUser = '13371338';

/** Reads accounts, deactivated ones and those of tenants included. */
export class Users {
  readonly #api: MetabaseApi;
  readonly #pageLimit: number;
  readonly #query: Query;
  /** How many accounts the last complete list held: tells which way of reading is cheaper. */
  #count: number;

  private constructor(api: MetabaseApi, pageLimit: number, query: Query, count: number) {
    this.#api = api;
    this.#pageLimit = pageLimit;
    this.#query = query;
    this.#count = count;
  }

  /** Finds out how this server wants to be asked for everybody, and counts them. */
  static async open(api: MetabaseApi, pageLimit: number, signal: AbortSignal): Promise<Users> {
    const withTenants = { ...everybody, tenancy: 'all' };
    try {
      return new Users(api, pageLimit, withTenants, await countOf(api, withTenants, signal));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // A release, or a plan, that takes no `tenancy` has no tenants to show either.
      return new Users(api, pageLimit, everybody, await countOf(api, everybody, signal));
    }
  }

  /** Whether asking for so many accounts one by one is cheaper than the list of all. */
  isCheaperOneByOne(accounts: number): boolean {
    return accounts < Math.ceil(this.#count / rowsPerCall);
  }

  /**
   * Reads every account. Rows are ordered by name, so renames move them between pages; but no account ever leaves the
   * list, and as many different ones as it counts are all of them.
   */
  async readAll(signal: AbortSignal): Promise<readonly MetabaseUser[]> {
    const list = { ...users, query: this.#query, pageLimit: this.#pageLimit };
    const all = await this.#api.pages(list, userAnswer, signal);
    this.#count = all.length;
    return all.filter((user) => user.id !== internalUser && !isKeyAddress(user.email));
  }

  /**
   * Fetches one account by id.
   *
   * @returns undefined when the answer is none: gone, or deactivated on a server that hides those. Only a complete list
   *   tells them apart
   */
  async fetch(id: RemoteId, signal: AbortSignal): Promise<MetabaseUser | undefined> {
    try {
      const user = await this.#api.get(`/user/${encodeURIComponent(id)}`, userAnswer, signal);
      return user.id === id ? user : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Reads one account right before a write: by id, else from a complete list. Undefined: it is really gone. */
  async read(id: RemoteId, signal: AbortSignal): Promise<MetabaseUser | undefined> {
    return (await this.fetch(id, signal)) ?? (await this.readAll(signal)).find((user) => user.id === id);
  }

  /**
   * Looks for an address. The server's search finds parts of names and addresses, and takes `_` and `%` for anything:
   * only the same address counts.
   */
  async findAddress(email: string, signal: AbortSignal): Promise<MetabaseUser | undefined> {
    const query = { ...this.#query, query: email.trim().toLowerCase() };
    const { rows, total } = await this.#api.page({ ...users, query }, userAnswer, signal);
    const found = withAddress(rows, email);
    if (found !== undefined || rows.length === total) return found;
    return withAddress(await this.readAll(signal), email);
  }

  /** Looks for an address in a complete list: for when a search found nobody and the address is taken all the same. */
  async findAddressInAll(email: string, signal: AbortSignal): Promise<MetabaseUser | undefined> {
    return withAddress(await this.readAll(signal), email);
  }
}

async function countOf(api: MetabaseApi, query: Query, signal: AbortSignal): Promise<number> {
  return (await api.page({ ...users, query: { ...query, limit: 1, offset: 0 } }, userAnswer, signal)).total;
}

function withAddress(rows: readonly MetabaseUser[], email: string): MetabaseUser | undefined {
  const key = addressKey(email);
  return rows.find((user) => addressKey(user.email) === key);
}
