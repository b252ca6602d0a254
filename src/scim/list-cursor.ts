import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Position, SortValue } from '../store/list-sorted.js';
import type { CursorSeal } from './cursor-seal.js';
import { ScimError } from './scim-error.js';

/** How long a cursor may be used, in seconds; what `pagination.cursorTimeout` says. */
export const cursorTimeoutSeconds = 3600;

/** Where a walk goes on. */
export interface WalkState {
  readonly backwards: boolean;
  readonly from: Position;
  /** Set instead of a value too long for a URL: its digest, to recognise it by when it is read again. */
  readonly longKey: string | undefined;
  /** How many resources there were at the beginning, when counting them again would cost a look at each. */
  readonly total: number | undefined;
}

/** What must stay the same from page to page (RFC 9865 §2). */
export interface WalkTerms {
  /** Directory, endpoint, filter and order. */
  readonly query: readonly (string | undefined)[];
  readonly count: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A cursor for the client: opaque, bound to its walk, and without a trace on our side. */
export function makeCursor(seal: CursorSeal, terms: WalkTerms, state: WalkState): string {
  const { table, key, seq } = state.from;
  const content: z.input<typeof cursorContent> = [
    terms.now,
    digestOf(terms.query),
    terms.count,
    state.backwards,
    table,
    state.longKey === undefined ? key : null,
    state.longKey ?? null,
    seq,
    state.total ?? null,
  ];
  return seal.seal(JSON.stringify(content));
}

/**
 * Reads a cursor back.
 *
 * @throws {ScimError} 400 `invalidCursor` for anything not made for this very walk, `expiredCursor` for one too old,
 *   `invalidCount` when only the count is another.
 */
export function readCursor(seal: CursorSeal, terms: WalkTerms, cursor: string): WalkState {
  const content = cursorContent.safeParse(parsed(seal.open(cursor) ?? ''));
  if (!content.success) throw invalidCursor('The cursor is not one this server gave out.');
  const [madeAt, query, count, backwards, table, key, longKey, seq, total] = content.data;
  if (query !== digestOf(terms.query)) throw invalidCursor('The cursor belongs to another query.');
  if (terms.now - madeAt > cursorTimeoutSeconds * 1000) throw expiredCursor();
  if (count !== terms.count) {
    throw ScimError.badRequest('invalidCount', `The count must stay ${count}, as on the first page.`);
  }
  return { backwards, from: { table, key, seq }, longKey: longKey ?? undefined, total: total ?? undefined };
}

export function expiredCursor(): ScimError {
  return ScimError.badRequest('expiredCursor', 'The cursor is no longer valid; begin again with an empty one.');
}

/** The digest of a value too long to be carried in a URL. */
export function longKeyOf(key: SortValue): string | undefined {
  if (typeof key !== 'string' || Buffer.byteLength(JSON.stringify(key)) <= longestKey) return undefined;
  return digestOf([key]);
}

/** In bytes; the cursor gets about 1,200 characters long. */
const longestKey = 700;

const cursorContent = z.tuple([
  z.number(),
  z.string(),
  z.int(),
  z.boolean(),
  z.enum(['scim_user', 'scim_group']),
  z.union([z.string(), z.number(), z.null()]),
  z.string().nullable(),
  z.int(),
  z.int().nullable(),
]);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function digestOf(parts: readonly (string | undefined)[]): string {
  const text = JSON.stringify(parts.map((part) => part ?? null));
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

function invalidCursor(detail: string): ScimError {
  return ScimError.badRequest('invalidCursor', detail);
}
