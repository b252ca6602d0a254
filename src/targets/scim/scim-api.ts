import { z } from 'zod';
import type { TargetClient } from '../target-client.js';
import { TargetError } from '../target-error.js';
import { readList, type ListPage } from './read-list.js';
import { isMissing } from './refusals.js';
import { anyAnswer } from './wire.js';

type Query = Readonly<Record<string, string | number>>;

/** What a write says about itself; see `Call` in target-client. */
export interface Write {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly repeatable: boolean;
  /** Sent as `If-Match`: the write is refused when the resource changed meanwhile. */
  readonly ifMatch?: string | undefined;
}

/** Speaks RFC 7644 over the shared client. */
export class ScimApi {
  readonly #client: TargetClient;

  constructor(client: TargetClient) {
    this.#client = client;
  }

  async get<T>(path: string, answer: z.ZodType<T>, signal: AbortSignal, query?: Query): Promise<T> {
    return this.#client.send({ method: 'GET', path, query, answer, repeatable: true, signal });
  }

  /** Reads one resource; its version is the entity tag where the resource itself names none. */
  async resource<T extends { readonly version: string | undefined }>(
    path: string,
    answer: z.ZodType<T>,
    signal: AbortSignal,
    query?: Query,
  ): Promise<T> {
    let tag: string | undefined;
    const onHeaders = (headers: Readonly<Record<string, unknown>>): void => {
      if (typeof headers['etag'] === 'string') tag = headers['etag'];
    };
    const call = { method: 'GET', path, query, answer, repeatable: true, onHeaders, signal } as const;
    const resource = await this.#client.send(call);
    return { ...resource, version: resource.version ?? tag };
  }

  async page<T>(path: string, element: z.ZodType<T>, query: Query, signal: AbortSignal): Promise<ListPage<T>> {
    const answer = z
      .looseObject({ totalResults: z.number().int().nonnegative(), Resources: z.array(element).nullish() })
      .transform(({ totalResults, Resources }) => ({ total: totalResults, rows: (Resources ?? []) as T[] }));
    return this.get(path, answer, signal, query);
  }

  /**
   * Reads a whole list; see `readList`.
   *
   * @throws {TargetError} UNAUTHORIZED when the list itself is hidden: a list nobody may read is no empty list
   */
  async list<T extends { readonly id: string }>(
    what: 'users' | 'groups',
    element: z.ZodType<T>,
    options: { readonly pageSize: number; readonly query?: Query },
    signal: AbortSignal,
  ): Promise<T[]> {
    const path = what === 'users' ? '/Users' : '/Groups';
    try {
      return await readList(what, options.pageSize, (startIndex, count) =>
        this.page(path, element, { ...options.query, startIndex, count }, signal),
      );
    } catch (error) {
      throw isMissing(error) ? hidden(what) : error;
    }
  }

  /** Sends one write, once; what it answers is for the caller to read. */
  async write(write: Write, signal: AbortSignal): Promise<unknown> {
    return this.send(write, anyAnswer, signal);
  }

  /** The same where the answer must hold something, such as the id of what was made. */
  async send<T>({ ifMatch, ...write }: Write, answer: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const headers = ifMatch === undefined ? undefined : { 'If-Match': ifMatch };
    const ownConnection = write.method === 'POST';
    return this.#client.send({ ...write, headers, ownConnection, answer, signal });
  }
}

export function hidden(what: string): TargetError {
  const message = `the SCIM server does not show its ${what} (404): check that the address ends at the SCIM root, such as /scim/v2, and what the token may do`;
  return new TargetError('UNAUTHORIZED', message, { status: 404 });
}
