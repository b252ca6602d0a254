import { z } from 'zod';
import { listAll, type Page } from '../http/list-all.js';
import type { TargetClient } from '../target-client.js';
import { TargetError } from '../target-error.js';
import { pageLimit } from './page-limit.js';

/** What a write needs to say about itself; see `Call` in target-client. */
export interface Write<T> {
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly data: z.ZodType<T>;
  readonly repeatable: boolean;
  readonly ownConnection?: boolean | undefined;
}

const pagination = z.looseObject({ total_count: z.number().int().nonnegative().nullish() });
const extra = z.looseObject({ pagination: pagination.nullish() }).nullish();
/** A good status with `is_success: false` inside would be a contradiction; it is not read as success. */
const status = z.looseObject({ is_success: z.literal(true).nullish() }).nullish();

/** For writes whose answer does not matter. Optional, because zod takes a key of unknown content for required. */
export const anything = z.unknown().optional();

/** Speaks dbt Cloud's envelope, `{status, data, extra}`, over the shared client. */
export class DbtApi {
  readonly #client: TargetClient;

  constructor(client: TargetClient) {
    this.#client = client;
  }

  /** @throws {TargetError} with `status` 404 for "missing or not permitted": alone it never proves absence */
  async get<T>(path: string, data: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const answer = z.looseObject({ status, data });
    const call = { method: 'GET', path, answer, repeatable: true, signal } as const;
    return (await this.#client.send(call)).data as T;
  }

  /** Sends one write, once. `data` is what must be in the answer; a 204 has none. */
  async write<T>(write: Write<T>, signal: AbortSignal): Promise<T> {
    const { data, ...call } = write;
    const answer = z.preprocess((body) => body ?? {}, z.looseObject({ status, data }));
    return (await this.#client.send({ ...call, answer, signal })).data as T;
  }

  /** Reads one page of a list. */
  async page<T>(path: string, element: z.ZodType<T>, offset: number, signal: AbortSignal): Promise<Page<T>> {
    const answer = z.looseObject({ status, data: z.array(element), extra });
    const query = { limit: pageLimit, offset };
    const { data, extra: about } = await this.#client.send({
      method: 'GET',
      path,
      query,
      answer,
      repeatable: true,
      signal,
    });
    return { rows: data as T[], total: about?.pagination?.total_count ?? undefined };
  }

  /**
   * Reads a whole list; see `listAll`.
   *
   * @throws {TargetError} UNAUTHORIZED when the list itself is hidden: a list nobody may read is no empty list
   */
  async list<T extends { readonly id: string }>(
    what: string,
    path: string,
    element: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<T[]> {
    try {
      const list = { label: 'dbt Cloud', what, pageLimit };
      return await listAll(list, (offset) => this.page(path, element, offset, signal));
    } catch (error) {
      throw isMissing(error) ? hidden(what) : error;
    }
  }
}

/** "Missing or not permitted": the vendor does not tell the two apart. */
export function isMissing(error: unknown): error is TargetError {
  return error instanceof TargetError && (error.status === 404 || error.status === 405 || error.status === 410);
}

/** Missing, forbidden or refused in so many words: this read is not open to us, whatever the reason. */
export function isClosed(error: unknown): error is TargetError {
  return error instanceof TargetError && (error.code === 'REJECTED' || error.status === 403);
}

export function hidden(what: string): TargetError {
  const message = `dbt Cloud does not show the list of ${what} (404, missing or not permitted): check the account id and the rights of the token`;
  return new TargetError('UNAUTHORIZED', message, { status: 404 });
}
