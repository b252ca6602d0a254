import { hash, timingSafeEqual } from 'node:crypto';

/** One credential a directory accepts. Only the digest is known here. */
export interface TokenRule {
  /** Names the token in logs and in the audit trail. */
  readonly label: string;
  /** SHA-256 of the token, in hexadecimal. */
  readonly sha256: string;
  /** Epoch milliseconds from which on it is refused. */
  readonly expiresAt?: number | undefined;
}

/** Who sent a request, judged by its `Authorization` header. */
export type Credential =
  | { readonly kind: 'accepted'; readonly label: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused' }
  /** Right, but past its day: worth a line in the log, and no different to the caller. */
  | { readonly kind: 'expired'; readonly label: string };

/**
 * Finds the token a request presents among those of its directory.
 *
 * Identity providers put one secret into several forms: `Bearer <token>` in any case, `Basic` with the token as the
 * password, or the bare token as the whole header (Okta's "HTTP Header" mode). Digests are compared, each in constant
 * time and all of them always, so neither a token nor its place in the list shows in the time taken.
 */
export function authenticate(authorization: string | undefined, tokens: readonly TokenRule[], now: number): Credential {
  if (authorization === undefined || authorization.trim() === '') return { kind: 'missing' };
  const presented = presentedTokens(authorization).map((token) => hash('sha256', token, 'buffer'));

  const matching = tokens.filter((rule) => {
    const expected = digestOf(rule);
    return presented.filter((each) => expected.length === each.length && timingSafeEqual(expected, each)).length > 0;
  });
  const valid = matching.find((rule) => rule.expiresAt === undefined || rule.expiresAt > now);
  if (valid !== undefined) return { kind: 'accepted', label: valid.label };
  const [expired] = matching;
  return expired === undefined ? { kind: 'refused' } : { kind: 'expired', label: expired.label };
}

/** Read from hexadecimal once for each rule, not for each request. */
function digestOf(rule: TokenRule): Buffer {
  const known = digests.get(rule);
  if (known !== undefined) return known;
  const digest = Buffer.from(rule.sha256, 'hex');
  digests.set(rule, digest);
  return digest;
}

const digests = new WeakMap<TokenRule, Buffer>();

function presentedTokens(authorization: string): string[] {
  const raw = authorization.trim();
  const [, scheme = '', rest = ''] = /^(\S+)\s+(.+)$/s.exec(raw) ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return [rest];
    case 'basic': {
      const pair = Buffer.from(rest, 'base64').toString('utf8');
      const colon = pair.indexOf(':');
      return colon === -1 ? [] : [pair.slice(colon + 1)];
    }
    default:
      return [raw];
  }
}
