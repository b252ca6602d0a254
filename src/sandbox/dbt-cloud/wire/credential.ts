import type { Credential } from '../../kit/credential.js';
import { activeLicence } from '../state/licences.js';
import type { Account } from '../state/account.js';

/**
 * Judges an Authorization header. The v2 surface takes `Token` only, the platform API `Bearer` as well. A personal token
 * is worth nothing once its user has left the account.
 */
export function judgeCredential(account: Account, tokens: ReadonlySet<string>, header: string | undefined): Credential {
  const [, scheme, token] = /^(\S+) +(\S+)$/.exec(header ?? '') ?? [];
  if (scheme === undefined || token === undefined) return 'missing';
  const schemes = account.rules.dialect === 'v2' ? ['token'] : ['token', 'bearer'];
  if (!schemes.includes(scheme.toLowerCase())) return 'wrong-scheme';
  if (!tokens.has(token)) return 'unknown';
  return account.rules.tokenKind === 'service' || ownerIsActive(account) ? 'good' : 'unknown';
}

function ownerIsActive(account: Account): boolean {
  const owner = account.data.people.get(account.data.tokenOwner);
  return owner !== undefined && activeLicence(account, owner) !== undefined;
}
