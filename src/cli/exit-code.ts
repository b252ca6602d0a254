/** What a command's exit code tells a script; listed in `drawbridge --help`. */
export const exitCode = {
  done: 0,
  /** The configuration is not usable, or the server could not start or stopped on an error. */
  failed: 1,
  /** `plan` found something to change. */
  changes: 2,
  /** The command was written wrongly (EX_USAGE of sysexits.h). */
  usage: 64,
  /** No answer from the server: it is down, or the address is wrong. */
  unreachable: 3,
  /** The server answered, and refused: wrong token, nothing by that name, already decided. */
  refused: 4,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
