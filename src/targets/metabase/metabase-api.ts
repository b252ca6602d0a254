import { z } from 'zod';
import { listAll } from '../http/list-all.js';
import type { Call, TargetClient } from '../target-client.js';
import { TargetError } from '../target-error.js';
import type { Credential } from './credential.js';
import { idAnswer, isKeyAddress } from './metabase-user.js';

export type Query = Readonly<Record<string, string | number>>;

/** What a write needs to say about itself; see `Call` in target-client. */
export interface Write<T> {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** Below `/api`, with its leading slash. */
  readonly path: string;
  readonly body?: unknown;
  readonly answer: z.ZodType<T>;
  readonly ownConnection?: boolean | undefined;
}

export interface PagedList {
  /** e.g. `users`, for messages. */
  readonly what: string;
  readonly path: string;
  readonly query: Query;
}

/** The account behind the credential. */
const currentAnswer = z
  .looseObject({
    id: idAnswer,
    email: z.string().nullish(),
    first_name: z.string().nullish(),
    is_superuser: z.boolean().nullish(),
  })
  .transform((raw) => ({
    id: raw.id,
    email: raw.email ?? '',
    firstName: raw.first_name ?? '',
    administrator: raw.is_superuser === true,
  }));

export type CurrentUser = z.output<typeof currentAnswer>;

/** Speaks Metabase's API over the shared client, with a credential that may have to be renewed on the way. */
export class MetabaseApi {
  readonly #client: TargetClient;
  readonly #credential: Credential;

  constructor(client: TargetClient, credential: Credential) {
    this.#client = client;
    this.#credential = credential;
  }

  async get<T>(path: string, answer: z.ZodType<T>, signal: AbortSignal, query?: Query): Promise<T> {
    return this.#send({ method: 'GET', path: `/api${path}`, query, answer, repeatable: true, signal });
  }

  /**
   * Sends one write, once.
   *
   * @throws {TargetError} UNAUTHORIZED when it is refused because the credential administers Metabase no longer: that
   *   concerns everybody, not the one account of the write
   */
  async write<T>({ path, ...write }: Write<T>, signal: AbortSignal): Promise<T> {
    try {
      return await this.#send({ ...write, path: `/api${path}`, repeatable: false, signal });
    } catch (error) {
      if (!(error instanceof TargetError) || error.status !== 403) throw error;
      const current = await this.whoAmI(signal);
      throw current.administrator ? error : notAdministrator(current);
    }
  }

  async whoAmI(signal: AbortSignal): Promise<CurrentUser> {
    return this.get('/user/current', currentAnswer, signal);
  }

  /**
   * Reads a list that comes in one answer.
   *
   * @throws {TargetError} UNAUTHORIZED when there is no such list: every Metabase has it, so this is another address
   */
  async list<T>(what: string, path: string, answer: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    return mustExist(what, () => this.get(path, answer, signal));
  }

  /** Reads what the query asks for of a list that counts its rows. Throws as `list` does. */
  async page<T>(
    { what, path, query }: PagedList,
    element: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<{ readonly rows: readonly T[]; readonly total: number }> {
    const answer = z.looseObject({ data: z.array(element), total: z.number().int().nonnegative() });
    const { data, total } = await mustExist(what, () => this.get(path, answer, signal, query));
    return { rows: data as T[], total };
  }

  /** Reads such a list page by page to its end; see `listAll`. */
  async pages<T extends { readonly id: string }>(
    list: PagedList & { readonly pageLimit: number },
    element: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<T[]> {
    const { what, pageLimit } = list;
    return listAll({ label: 'Metabase', what, pageLimit }, (offset) =>
      this.page({ ...list, query: { ...list.query, limit: pageLimit, offset } }, element, signal),
    );
  }

  /** A refused session is renewed, and the call sent again, once: a 401 is answered before anything is done. */
  async #send<T>(call: Call<T>): Promise<T> {
    const proof = await this.#credential.prove(call.signal);
    try {
      return await this.#client.send({ ...call, headers: proof });
    } catch (error) {
      if (!(error instanceof TargetError) || error.status !== 401) throw error;
      const renewed = await this.#credential.renew(proof, call.signal);
      if (renewed === undefined) throw error;
      return this.#client.send({ ...call, headers: renewed });
    }
  }
}

export function isMissing(error: unknown): error is TargetError {
  return error instanceof TargetError && error.status === 404;
}

/** Metabase understood and said no, as opposed to failing or being out of reach. */
export function isRefusal(error: unknown): error is TargetError {
  return error instanceof TargetError && error.code === 'REJECTED';
}

async function mustExist<T>(what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw isMissing(error) ? absentList(what, error) : error;
  }
}

function absentList(what: string, { words, status }: TargetError): TargetError {
  const said = words === undefined ? '' : `: ${words.replace(/\.$/, '')}`;
  const message = `Metabase has no list of ${what} at this address (404${said}): check baseUrl`;
  return new TargetError('UNAUTHORIZED', message, { status, words });
}

export function notAdministrator({ email, firstName }: CurrentUser): TargetError {
  const message = isKeyAddress(email)
    ? `the API key ${firstName} does not administer Metabase, and only administrators may manage people and groups: give the key the group Administrators`
    : `${email} does not administer Metabase, and only administrators may manage people and groups: add the account to the group Administrators`;
  return new TargetError('UNAUTHORIZED', message);
}
