import type { Check } from './check.js';
import type { Dialect } from './dialect.js';
import type { IdentityProvider } from './identity-provider.js';
import type { Step } from './step.js';
import type { ToolName, Tools } from './tools.js';

export type PlayName = 'lifecycle' | 'tools';

/** A story that can be played by any identity provider: what happens, in which tools, and what to look back at. */
export interface Play {
  readonly name: PlayName;
  /** The tools people get access to in it. */
  readonly tools: readonly ToolName[];
  /** What is there already when the identity provider comes. */
  readonly prepare: (tools: Tools) => void;
  readonly steps: (idp: IdentityProvider, dialect: Dialect) => readonly Step[];
  /** What a look at the end cannot see. */
  readonly lookBack: (tools: Tools, dialect: Dialect) => readonly Check[];
}
