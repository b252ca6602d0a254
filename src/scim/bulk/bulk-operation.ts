import type { ScimError } from '../scim-error.js';

export type BulkMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One operation of a bulk request (RFC 7644 §3.7), fit to be carried out once its references are known. */
export interface BulkOperation {
  readonly kind: 'operation';
  /** Its place in the request. */
  readonly index: number;
  readonly method: BulkMethod;
  readonly bulkId: string | undefined;
  readonly type: 'User' | 'Group';
  /** The id in the path: a real one, `bulkId:` and a name, or none for a POST. */
  readonly id: string | undefined;
  readonly query: Readonly<Record<string, string>>;
  /** What the resource must still be (RFC 7644 §3.7): an `If-Match`. */
  readonly version: string | undefined;
  readonly data: unknown;
  /** The bulkIds it refers to, in its path or in attributes a client may write. */
  readonly references: ReadonlySet<string>;
}

/** An operation that can be told wrong by looking at it. */
export interface MalformedOperation {
  readonly kind: 'malformed';
  readonly index: number;
  readonly method: string | undefined;
  readonly bulkId: string | undefined;
  readonly error: ScimError;
}

/** What became of an operation. */
export interface BulkOutcome {
  readonly index: number;
  readonly method: string | undefined;
  readonly bulkId: string | undefined;
  readonly location?: string | undefined;
  readonly version?: string | undefined;
  readonly status: number;
  readonly response?: object | undefined;
}
