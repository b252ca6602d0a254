const dispositions = {
  RATE_LIMITED: 'retry',
  NEVER_SENT: 'retry', // the connection failed before the request left
  UNAVAILABLE: 'retry', // 5xx to a read or an idempotent write
  OUTCOME_UNKNOWN: 'observe-again', // sent, no answer: the write may have landed
  CONFLICT: 'observe-again', // our picture of the target was stale
  REJECTED: 'give-up', // the target understood us and said no
  UNEXPECTED_RESPONSE: 'give-up', // a shape we do not know; guessing is how access leaks
  UNAUTHORIZED: 'stop-target', // the credential is bad for everyone, not for this account
} as const;

export type TargetErrorCode = keyof typeof dispositions;
export type Disposition = (typeof dispositions)[TargetErrorCode];

interface TargetErrorOptions extends ErrorOptions {
  readonly retryAfterMs?: number | undefined;
  readonly status?: number | undefined;
  readonly words?: string | undefined;
  readonly isPage?: boolean | undefined;
}

/**
 * A failed call to a target. `message` may be shown to an administrator and, for a rejected create, to the identity
 * provider: the vendor's reason in words, never a credential, a header or a body. `cause` is for us.
 */
export class TargetError extends Error {
  override readonly name = 'TargetError';
  readonly code: TargetErrorCode;
  /** How long the whole target wants to be left alone, in milliseconds (`Retry-After` in any of its forms). */
  readonly retryAfterMs: number | undefined;
  /** The HTTP status the target answered with. Undefined: no answer came, or the failure is not about one. */
  readonly status: number | undefined;
  /** The reason as the target itself worded it, without what we say around it. Undefined: it gave none. */
  readonly words: string | undefined;
  /** A web page came, with a good status, where data should be: the route is not what we take it for. */
  readonly isPage: boolean;

  constructor(code: TargetErrorCode, message: string, options?: TargetErrorOptions) {
    super(message, options);
    this.code = code;
    this.retryAfterMs = options?.retryAfterMs;
    this.status = options?.status;
    this.isPage = options?.isPage === true;
    this.words = options?.words;
  }

  get disposition(): Disposition {
    return dispositions[this.code];
  }
}
