import type { Routes as KitRoutes } from '../../kit/vendor.js';
import type { Account } from '../state/account.js';
import { notFound } from '../state/refusal.js';

/** One request as a surface sees it. */
export interface Call {
  /** For writes: always the present state. */
  readonly account: Account;
  /** For reads: the state as this API shows it, which may lag behind. */
  readonly seen: Account;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** `METHOD /path/:param` → handler. */
export type Routes = KitRoutes<Call>;

/** @throws {Refusal} 404 for an id that is no number, as an unknown route would be */
export function idParam({ params }: Call, name = 'id'): number {
  const text = params[name] ?? '';
  if (!/^\d{1,15}$/.test(text)) throw notFound();
  return Number(text);
}
