import type { FakeControl } from '../../sandbox/dbt-cloud/control/fake-control.js';
import type { DbtChange } from './picture.js';

/** One thing that happens, and what must be true once it has settled. Steps are data; `run-play.ts` is their reader. */
export interface Step {
  /** A sentence without its full stop, such as `Okta creates Ada`. */
  readonly name: string;
  readonly act: ScimCall | AtDbt;
  /** What is different in dbt afterwards. Everything not named must be as it was before. */
  readonly dbt?: DbtChange;
  /** What Drawbridge must tell the identity provider about one person, by the name they were remembered under. */
  readonly tells?: { readonly about: string; readonly state: 'invited' | 'active' | 'inactive' };
}

/** A request as that identity provider sends it. */
export interface ScimCall {
  readonly kind: 'scim';
  readonly send: (known: Known) => ScimRequest;
  readonly answer: AnswerRule;
  /** Remembers the resource of the answer, or the first one it lists, under this name. */
  readonly remember?: string;
}

/** What a person does in dbt Cloud itself, where no identity provider takes part. */
export interface AtDbt {
  readonly kind: 'at-dbt';
  readonly edit: (dbt: FakeControl) => void;
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
