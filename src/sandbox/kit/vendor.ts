import type { Credential } from './credential.js';
import type { RateRule } from './rate-budget.js';
import type { Reply } from './reply.js';
import type { Words } from './words.js';

/** One request as it came off the wire. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  /** The parts of the path a route names, decoded. */
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** A header of the request, whatever the case of its name. */
  readonly header: (name: string) => string | undefined;
}

/** Answers or throws a `Refusal`; never touches the connection, and never waits: one request is one step. */
export type Handler<Call> = (call: Call) => Reply;

/** `METHOD /path/:param` → handler. Upper and lower case are not the same path; a slash at the end is ignored. */
export type Routes<Call> = Readonly<Record<string, Handler<Call>>>;

/** What a fake says about its vendor's wire. `Call` is what its handlers take. */
export interface Vendor<Call> {
  /** Asked for each request, so that a rule may switch surfaces; each table must be one lasting object. */
  routes(): Routes<Call>;
  /** Answers a path that is in no table. */
  readonly unknownPath: Handler<Call>;
  /** Judges the credential as the request comes in; anything but `good` and `not-needed` is answered 401. */
  judge(request: Pick<Asked, 'method' | 'path' | 'header'>): Credential;
  /** The request budget; undefined for a vendor without one. */
  rate(): RateRule | undefined;
  /** Which requests change something, for the ledger. Default: all but GET; a login or a search by POST do not. */
  isWrite?(request: Pick<Asked, 'method' | 'path'>): boolean;
  /** What the ledger keeps of a body, for a vendor whose callers send secrets in one. Default: all of it. */
  noted?(request: Pick<Asked, 'method' | 'path' | 'body'>): unknown;
  /** Makes of a request what handlers take. @throws {Refusal} */
  call(asked: Asked): Call;
  readonly words: Words;
}
