/** One line before it is written. */
export interface LogEntry {
  readonly timestamp: string;
  readonly level: string;
  readonly message: string;
  readonly requestId?: string | undefined;
  readonly [field: string]: unknown;
}
