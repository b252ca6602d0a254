import type { ToolChange } from './picture.js';
import type { ToolName, Tools } from './tools.js';

/**
 * One thing that happens, and what must be true once it has settled. Steps are data; `run-play.ts` is their reader.
 *
 * Under the name of a tool: what is different there afterwards. Everything not named must be as it was before.
 */
export interface Step extends Partial<Readonly<Record<ToolName, ToolChange>>> {
  /** A sentence without its full stop, such as `Okta creates Ada`. */
  readonly name: string;
  readonly act: ScimCall | ByHand | Sync;
  readonly tells?: Tells;
  /** A tool nothing can be done in just now: it must be said to be behind, and no other. */
  readonly behind?: ToolName;
  /** What Drawbridge must have found changed by hand and put right, in words, since the play began. */
  readonly repaired?: Readonly<Partial<Record<ToolName, readonly string[]>>>;
}

/** What Drawbridge must tell the identity provider about one person, by the name they were remembered under. */
export interface Tells extends Partial<Readonly<Record<ToolName, 'pending' | 'invited' | 'active' | 'inactive'>>> {
  readonly about: string;
}

/** A request as that identity provider sends it. */
export interface ScimCall {
  readonly kind: 'scim';
  readonly send: (known: Known) => ScimRequest;
  readonly answer: AnswerRule;
  /** Remembers the resource of the answer, or the first one it lists, under this name. */
  readonly remember?: string;
}

/** What happens in the tools themselves, where no identity provider takes part. */
export interface ByHand {
  readonly kind: 'by-hand';
  readonly edit: (tools: Tools) => void;
}

/** Somebody has Drawbridge compare everything in every tool now, as `drawbridge sync` does. */
export interface Sync {
  readonly kind: 'sync';
}

export interface ScimRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the directory's base URL, encoded as the identity provider encodes it. */
  readonly path: string;
  readonly body?: unknown;
}

/** What the identity provider needs to go on. */
export interface AnswerRule {
  /** Any of these. */
  readonly status: readonly number[];
  /** Part of the body: the attributes named must be there, with these values. */
  readonly body?: Readonly<Record<string, unknown>>;
}

/** What the identity provider remembers of earlier answers. Both throw a sentence when the answer never came. */
export interface Known {
  id(name: string): string;
  resource(name: string): Readonly<Record<string, unknown>>;
}
