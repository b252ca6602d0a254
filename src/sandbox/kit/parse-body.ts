import type { z } from 'zod';
import { Refusal } from './refusal.js';

/** @throws {Refusal} 400 naming the first field that is wrong */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw new Refusal(400, `${field === '' ? 'body' : field}: ${issue?.message ?? 'invalid'}`);
}
