import type { Config } from '../config.js';
import type { Log } from '../model/log.js';

/** A server that was started. */
export interface Running {
  /** Where it can be reached from this machine. */
  readonly url: string;
  /** Takes no new work, finishes or journals what is under way, and lets go of everything. */
  close(): Promise<void>;
}

export interface SandboxOptions {
  readonly log: Log;
  readonly port: number;
  /** Prints a line for the person at the keyboard: tokens, and what to try. */
  print(line: string): void;
}

/** What the commands may touch of the world outside them; tests bring their own. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly version: string;
  readonly process: Pick<NodeJS.Process, 'on' | 'once' | 'off' | 'exit'>;
  /** Whether what goes `out` is shown by a terminal that knows colours. */
  readonly colours?: boolean;
  /** Asks the person at the keyboard. Absent when nobody is there. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
  out(text: string): void;
  err(text: string): void;
  now(): number;
  fetch(url: string, init: RequestInit): Promise<Response>;
  startDrawbridge(config: Config, options: { readonly log: Log }): Promise<Running>;
  startSandbox(options: SandboxOptions): Promise<Running>;
}
