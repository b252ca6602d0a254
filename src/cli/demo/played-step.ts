import type { Check } from './check.js';
import type { Dialect } from './lifecycle.js';
import type { Picture } from './picture.js';
import type { ScimRequest } from './step.js';

/** One step as it went: what a reporter shows, and what is counted at the end. */
export interface PlayedStep {
  /** Who plays against which interface of dbt Cloud. */
  readonly identityProvider: string;
  readonly dialect: Dialect;
  /** From 1, in order. */
  readonly number: number;
  readonly name: string;
  readonly sent?: ScimRequest | undefined;
  readonly answered?: { readonly status: number; readonly body: unknown } | undefined;
  /** What dbt holds now. */
  readonly dbt: Picture;
  readonly checks: readonly Check[];
}
