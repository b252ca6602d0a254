import type { AlertCondition } from '../../model/alert.js';
import type { Rejections } from '../../store/alerts-rejections.js';
import { counted, instant } from './words.js';

/** A token that opens a directory until a certain moment. */
export interface ExpiringToken {
  readonly directory: string;
  readonly label: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

const dayMs = 86_400_000;

/** So near the end that an identity provider stops within days. */
const urgentDays = 3;

/** Tokens that end within `tokenDays`; what has ended already is told by its use. */
export function tokensExpiring(
  tokens: readonly ExpiringToken[],
  { now, tokenDays }: { readonly now: number; readonly tokenDays: number },
): AlertCondition[] {
  return tokens
    .filter(({ expiresAt }) => expiresAt > now && expiresAt - now <= tokenDays * dayMs)
    .map(({ directory, label, expiresAt }) => ({
      key: `token-expiring:${directory}:${label}`,
      kind: 'token-expiring',
      severity: expiresAt - now <= urgentDays * dayMs ? 'high' : 'warning',
      subject: { directory },
      since: expiresAt - tokenDays * dayMs,
      words: {
        title: `token "${label}" of directory ${directory} expires on ${instant(expiresAt)}`,
        reason: 'From then on its identity provider is refused, and nobody is provisioned or removed any more.',
        action: `Add a second token to ${directory}, give it to the identity provider, then remove "${label}".`,
      },
    }));
}

/** Tokens that have ended and are still sent: whoever sends them is refused each time. */
export function expiredTokensUsed(
  rejections: readonly Rejections[],
  tokens: readonly ExpiringToken[],
  now: number,
): AlertCondition[] {
  return rejections.flatMap(({ directory, kind, what, count, lastAt }) => {
    const token = tokens.find((each) => each.directory === directory && each.label === what && each.expiresAt <= now);
    if (kind !== 'expired-token' || token === undefined) return [];
    return [
      {
        key: `token-expired-used:${directory}:${what}`,
        kind: 'token-expired-used',
        severity: 'high',
        subject: { directory },
        since: token.expiresAt,
        words: {
          title: `token "${what}" of directory ${directory} has expired and is still used`,
          reason: `It ended on ${instant(token.expiresAt)}; ${counted(count, 'request')} with it refused within a day, the last on ${instant(lastAt)}.`,
          action: `Make a new token for ${directory} and give it to the identity provider, or stop whatever still sends "${what}".`,
        },
      } satisfies AlertCondition,
    ];
  });
}
