import type { ExitCode } from './exit-code.js';

/** A command cannot do what was asked. `message` is what went wrong, `nextStep` what the person at the keyboard can do. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;
  readonly nextStep: string | undefined;

  constructor(code: ExitCode, message: string, nextStep?: string) {
    super(message);
    this.exitCode = code;
    this.nextStep = nextStep;
  }
}
