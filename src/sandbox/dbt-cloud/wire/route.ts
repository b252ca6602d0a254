import type { z } from 'zod';
import type { Account } from '../state/account.js';
import { invalid, notFound } from '../state/refusal.js';
import type { Reply } from './envelope.js';

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

/** Answers or throws a `Refusal`; never touches the connection. */
export type Handler = (call: Call) => Reply;

/** `METHOD /path/:param` → handler. */
export type Routes = Readonly<Record<string, Handler>>;

/** @throws {Refusal} 404 for an id that is no number, as an unknown route would be */
export function idParam({ params }: Call, name = 'id'): number {
  const text = params[name] ?? '';
  if (!/^\d{1,15}$/.test(text)) throw notFound();
  return Number(text);
}

/** @throws {Refusal} 400 naming the first field that is wrong */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw invalid(`${field === '' ? 'body' : field}: ${issue?.message ?? 'invalid'}`);
}
