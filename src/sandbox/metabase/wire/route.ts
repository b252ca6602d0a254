import { Refusal } from '../../kit/refusal.js';
import type { Routes as KitRoutes } from '../../kit/vendor.js';
import type { User } from '../state/records.js';
import { field } from '../state/refusal.js';
import type { Site } from '../state/site.js';
import { texts } from '../texts.js';
import type { Caller } from './caller.js';

/** One request as a route sees it. */
export interface Call {
  readonly site: Site;
  readonly caller: Caller;
  readonly sessionId: string | undefined;
  readonly path: string;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** `METHOD /path/:param` → handler. */
export type Routes = KitRoutes<Call>;

/** The user whose credential this is. @throws {Refusal} 401 when it died since the request came in */
export function requireUser({ caller }: Call): User {
  if (caller.user === undefined) throw new Refusal(401, texts.unauthenticated);
  return caller.user;
}

/** @throws {Refusal} 403 for anybody who is no administrator */
export function requireAdmin(call: Call): User {
  const user = requireUser(call);
  if (!user.superuser) throw new Refusal(403, texts.forbidden);
  return user;
}

/** @throws {Refusal} 403 for anybody who is neither an administrator nor this user */
export function requireAdminOr(call: Call, id: number): User {
  const user = requireUser(call);
  if (!user.superuser && user.id !== id) throw new Refusal(403, texts.forbidden);
  return user;
}

/** @throws {Refusal} 400 for an id that is no positive whole number */
export function idParam({ params }: Call, name = 'id'): number {
  const text = params[name] ?? '';
  if (!/^[1-9]\d{0,14}$/.test(text)) throw field(name, texts.badId);
  return Number(text);
}
