import { z } from 'zod';
import type { TargetClient } from '../target-client.js';
import { TargetError } from '../target-error.js';

/** What a write needs to say about itself; see `Call` in target-client. */
export interface Write<T> {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/v2`, with its leading slash. */
  readonly path: string;
  readonly body?: unknown;
  readonly data: z.ZodType<T>;
  readonly repeatable: boolean;
  readonly ownConnection?: boolean | undefined;
}

/** For a write whose answer tells nothing: a 204 has no body at all. */
export const noAnswer = z.unknown().optional();

/** One answer of a list. */
export interface Page<T> {
  readonly rows: readonly T[];
  /**
   * What the vendor calls the total number of items "in the response". Whichever way that is read, whoever has fewer
   * rows than this has not seen everything.
   */
  readonly total: number;
  readonly hasMore: boolean;
  /** Where the next page begins. */
  readonly next: string | undefined;
}

/** A good status with `success: false` inside would be a contradiction; it is not read as success. */
const success = z.literal(true).nullish();

/** Speaks Retool's envelope, `{success, data}`, over the shared client. */
export class RetoolApi {
  readonly #client: TargetClient;

  constructor(client: TargetClient) {
    this.#client = client;
  }

  async get<T>(path: string, data: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const answer = z.looseObject({ success, data });
    const call = { method: 'GET', path: root + path, answer, repeatable: true, signal } as const;
    return (await this.#client.send(call)).data as T;
  }

  /** Sends one write, once. `data` is what must be in the answer; see `noAnswer`. */
  async write<T>(write: Write<T>, signal: AbortSignal): Promise<T> {
    const { data, path, ...call } = write;
    const answer = z.preprocess((body) => body ?? {}, z.looseObject({ success, data }));
    return (await this.#client.send({ ...call, path: root + path, answer, signal })).data as T;
  }

  /** @throws {TargetError} UNAUTHORIZED when the list itself is hidden: a list nobody may read is no empty list */
  async page<T>(
    path: string,
    element: z.ZodType<T>,
    query: Readonly<Record<string, string | number>>,
    signal: AbortSignal,
  ): Promise<Page<T>> {
    const answer = z.looseObject({
      success,
      data: z.array(element),
      total_count: z.number().nullish(),
      next_token: z.string().nullish(),
      has_more: z.boolean().nullish(),
    });
    try {
      const call = { method: 'GET', path: root + path, query, answer, repeatable: true, signal } as const;
      const body = await this.#client.send(call);
      const next = body.next_token === '' ? undefined : (body.next_token ?? undefined);
      const rows = body.data as T[];
      return { rows, next, total: body.total_count ?? 0, hasMore: body.has_more ?? next !== undefined };
    } catch (error) {
      throw isClosed(error) && error.code !== 'UNAUTHORIZED' ? hidden(path, error) : error;
    }
  }

  /**
   * Reads a list that has no paging: groups and invitations, and users where `limit` is not sent.
   *
   * @throws {TargetError} UNEXPECTED_RESPONSE when the answer itself says that it is not everything
   */
  async whole<T>(
    path: string,
    element: z.ZodType<T>,
    signal: AbortSignal,
    query: Readonly<Record<string, string | number>> = {},
  ): Promise<readonly T[]> {
    const { rows, total, hasMore, next } = await this.page(path, element, query, signal);
    if (hasMore || next !== undefined || total > rows.length) throw cutShort(path);
    return rows;
  }
}

const root = '/api/v2';

export function cutShort(path: string): TargetError {
  const message = `Retool's list ${path} says it is not complete and names no way to read on`;
  return new TargetError('UNEXPECTED_RESPONSE', message);
}

/** Statuses by which a route can be missing, switched off, or kept for another plan or scope. */
const closedStatuses = new Set([402, 403, 404, 405, 410]);

/**
 * This route is not open to us: the token lacks a scope, the plan does not include it, or this release does not have
 * it, in which case the web application's page may come instead of data.
 */
export function isClosed(error: unknown): error is TargetError {
  if (!(error instanceof TargetError)) return false;
  return error.isPage || (error.status !== undefined && closedStatuses.has(error.status));
}

export function isMissing(error: unknown): error is TargetError {
  return error instanceof TargetError && error.status === 404;
}

/** The target refused in so many words, as opposed to failing or being out of reach. */
export function isRefusal(error: unknown): error is TargetError {
  return error instanceof TargetError && error.code === 'REJECTED';
}

function hidden(path: string, cause: TargetError): TargetError {
  const { status, words, isPage } = cause;
  const message = `Retool does not show ${path} (${cause.message}): check the plan, the scopes of the token, and the address`;
  return new TargetError('UNAUTHORIZED', message, { status, words, isPage });
}
