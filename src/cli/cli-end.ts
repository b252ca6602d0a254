import type { ExitCode } from './exit-code.js';

/** Ends a command that did its work with an exit code that says how it came out; nothing further is printed. */
export class CliEnd extends Error {
  override readonly name = 'CliEnd';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode) {
    super('');
    this.exitCode = exitCode;
  }
}
