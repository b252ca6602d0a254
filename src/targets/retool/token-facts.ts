import { z } from 'zod';
import { isClosed, isRefusal, type RetoolApi } from './retool-api.js';
import { TargetError } from '../target-error.js';

/** What Retool says about the token we use. */
export interface TokenFacts {
  readonly label: string | undefined;
  /** Whoever made it, by `legacy_id`. */
  readonly ownerLegacyId: string | undefined;
  /** Undefined: not told, or told in names that do not fit what the token was seen to do. */
  readonly scopes: ReadonlySet<string> | undefined;
}

const tokenAnswer = z.looseObject({
  label: z.string().nullish(),
  last4: z.string().min(1).nullish(),
  owner_legacy_id: z.union([z.number(), z.string()]).nullish(),
  scopes: z.array(z.string()).nullish(),
});

type Token = z.infer<typeof tokenAnswer>;

/**
 * Finds our own token in the organisation's list, by its last four characters. The list takes a scope of its own,
 * `access_tokens:read`, which few tokens have: without it nothing is known, and nothing is wrong.
 */
export async function readTokenFacts(api: RetoolApi, secret: string, signal: AbortSignal): Promise<TokenFacts> {
  const tokens = await listTokens(api, signal);
  const ours = tokens.filter(({ last4 }) => typeof last4 === 'string' && secret.endsWith(last4));
  // Two tokens may end alike; what all of them have in common is still certain.
  const owner = common(ours.map((each) => each.owner_legacy_id ?? undefined));
  const [only] = ours.length === 1 ? ours : [];
  return {
    label: only?.label ?? undefined,
    ownerLegacyId: owner === undefined ? undefined : String(owner),
    scopes: scopesOf(only),
  };
}

async function listTokens(api: RetoolApi, signal: AbortSignal): Promise<readonly Token[]> {
  try {
    return await api.whole('/access_tokens', tokenAnswer, signal);
  } catch (error) {
    const unreadable = error instanceof TargetError && error.code === 'UNEXPECTED_RESPONSE';
    if (isClosed(error) || isRefusal(error) || unreadable) return [];
    throw error;
  }
}

/** A list in which the token cannot even read users, which it just did, names scopes in a way we do not know. */
function scopesOf(token: Token | undefined): ReadonlySet<string> | undefined {
  const scopes = new Set(token?.scopes ?? []);
  return scopes.has('users:read') || scopes.has('users:write') ? scopes : undefined;
}

function common<T>(values: readonly T[]): T | undefined {
  const [first, ...others] = new Set(values);
  return others.length === 0 ? first : undefined;
}
