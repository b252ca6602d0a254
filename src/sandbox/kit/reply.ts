/** An answer as data: what is sent, or not sent, is decided later. `body` undefined is an answer without a body. */
export interface Reply {
  readonly status: number;
  /** A text goes out as it is, anything else as JSON. */
  readonly body: unknown;
  /** Overrides the default `content-type`, which is JSON. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}
