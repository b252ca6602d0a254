import type { Credential } from '../../kit/credential.js';
import type { Asked } from '../../kit/vendor.js';
import { isExpired } from '../state/sessions.js';
import type { User } from '../state/records.js';
import type { Site } from '../state/site.js';

/** Who is asking, as far as the credential says. */
export type Caller =
  | { readonly credential: 'good'; readonly user: User }
  | { readonly credential: Exclude<Credential, 'good'>; readonly user?: undefined };

/**
 * Judges a request's credential: an API key in `x-api-key`, or a session in `X-Metabase-Session`. Outside the API, and
 * to log in, none is needed.
 */
export function callerOf(site: Site, { method, path, header }: Pick<Asked, 'method' | 'path' | 'header'>): Caller {
  if (!path.startsWith('/api/') || isLogin(method, path)) return { credential: 'not-needed' };
  const key = header('x-api-key');
  if (key !== undefined) return byKey(site, key);
  const session = header('x-metabase-session');
  return session === undefined ? { credential: 'missing' } : bySession(site, session);
}

export function isLogin(method: string, path: string): boolean {
  return method === 'POST' && /^\/api\/session\/?$/.test(path);
}

function byKey(site: Site, secret: string): Caller {
  const key = [...site.data.keys.values()].find((each) => each.key === secret);
  return key === undefined ? { credential: 'unknown' } : ofUser(site, key.userId);
}

function bySession(site: Site, id: string): Caller {
  const session = site.data.sessions.get(id);
  if (session === undefined) return { credential: 'unknown' };
  return isExpired(site, session.createdAt) ? { credential: 'expired' } : ofUser(site, session.userId);
}

function ofUser(site: Site, id: number): Caller {
  const user = site.data.users.get(id);
  return user?.active === true ? { credential: 'good', user } : { credential: 'owner-inactive' };
}
