import type { z } from 'zod';
import { issueText } from '../state/issue-text.js';
import { badBody } from '../state/refusals.js';

/** @throws {Refusal} 400 that names the first thing wrong, in the vendor's words */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badBody(issue === undefined ? 'Invalid body' : issueText(issue));
}
