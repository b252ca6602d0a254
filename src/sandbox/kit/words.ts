import type { Refusal } from './refusal.js';
import type { Reply } from './reply.js';

/** How one vendor words what goes wrong: used for refusals, for faults, and for what never reaches a route. */
export interface Words {
  /** Any failure with a message. */
  refused(status: number, message: string, headers?: Readonly<Record<string, string>>): Reply;
  /** What a handler threw; a vendor whose bodies differ tells them apart by subclasses of `Refusal`. */
  refusal(error: Refusal): Reply;
  /** No credential, or a bad one. */
  readonly unauthorized: Reply;
  /** A good credential that may not do this. */
  readonly forbidden: Reply;
  /** The same, from a vendor that hides what the caller may not see. */
  readonly notPermitted: Reply;
  /** The message of a 429, and the vendor's own header with the seconds to wait, if it has one. */
  readonly throttled: string;
  readonly retryHeader?: string | undefined;
  /** A body that is no JSON, or too large. */
  unreadable(status: number): Reply;
  /** A success with JSON in it that no client can use. */
  wrongShape(reply: Reply): unknown;
}
