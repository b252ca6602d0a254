import type { Check } from './check.js';
import type { Dialect } from './dialect.js';
import type { Picture } from './picture.js';
import type { PlayName } from './play.js';
import type { ScimRequest } from './step.js';
import type { ToolName } from './tools.js';

/**
 * One step as it went: what a reporter shows, and what is counted at the end.
 *
 * Under the name of each tool of the play: what it holds now.
 */
export interface PlayedStep extends Partial<Readonly<Record<ToolName, Picture>>> {
  /** Who plays what against which interface of dbt Cloud. */
  readonly identityProvider: string;
  readonly play: PlayName;
  readonly dialect: Dialect;
  /** From 1, in order. */
  readonly number: number;
  readonly name: string;
  readonly sent?: ScimRequest | undefined;
  readonly answered?: { readonly status: number; readonly body: unknown } | undefined;
  /** At the end of a play: what each tool was asked, all in all. */
  readonly calls?: Readonly<Partial<Record<ToolName, Calls>>> | undefined;
  readonly checks: readonly Check[];
}

export interface Calls {
  readonly reads: number;
  readonly writes: number;
  readonly mails: number;
}
