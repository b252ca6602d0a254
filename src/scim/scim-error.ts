/** Error keywords of RFC 7644 §3.12, table 9, and of RFC 9865 §2.1: nothing else may appear as `scimType`. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';

/** The body of every SCIM error answer. `status` is text, as RFC 7644 §3.12 demands. */
export interface ScimErrorBody {
  readonly schemas: readonly ['urn:ietf:params:scim:api:messages:2.0:Error'];
  readonly status: string;
  readonly scimType?: ScimType;
  readonly detail: string;
}

interface ScimErrorOptions extends ErrorOptions {
  readonly scimType?: ScimType;
  readonly retryAfterSeconds?: number;
}

/**
 * What a SCIM client is told when a request cannot be done. `detail` reaches the administrator of the identity
 * provider, so it says what to change; it never holds a secret. A `cause` is for our own log.
 *
 * scimmy's error class is not used on the wire: it refuses 405, 415, 429 and 503.
 */
export class ScimError extends Error {
  override readonly name = 'ScimError';
  readonly status: number;
  readonly detail: string;
  readonly scimType: ScimType | undefined;
  /** Whole seconds for the `Retry-After` header: Okta understands nothing else. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, detail: string, options: ScimErrorOptions = {}) {
    super(detail, options);
    this.status = status;
    this.detail = detail;
    this.scimType = options.scimType;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** 400: the request itself is wrong, and sending it again will not help. */
  static badRequest(scimType: ScimType, detail: string, options?: ErrorOptions): ScimError {
    return new ScimError(400, detail, { ...options, scimType });
  }

  /** 404: no such resource or endpoint. Never for an outage: clients take it for "deleted" and create anew. */
  static notFound(detail: string): ScimError {
    return new ScimError(404, detail);
  }

  /** 409: another resource already has a value that must be unique. */
  static conflict(detail: string, options?: ErrorOptions): ScimError {
    return new ScimError(409, detail, { ...options, scimType: 'uniqueness' });
  }

  toBody(): ScimErrorBody {
    return {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(this.status),
      ...(this.scimType === undefined ? {} : { scimType: this.scimType }),
      detail: this.detail,
    };
  }
}
