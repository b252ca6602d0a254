/** Who asked for a change: kept in the audit trail, in due work, and in what a held plan shows. */
export interface Cause {
  /** The token's label, an administrator, or `sweep`. Never a credential. */
  readonly actor: string;
  /** The request's id as logged and returned in `X-Request-Id`. */
  readonly requestId: string;
}
