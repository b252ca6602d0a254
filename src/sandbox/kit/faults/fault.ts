import { z } from 'zod';
import { retryHeaderSchema } from '../retry-headers.js';

/**
 * One way for a request to go wrong.
 *
 * Kinds named `commit-then-…`, and `slow`, `truncated` and `wrong-shape`, let the request be carried out first; all
 * others strike before anything happened. `never-answers` can be either.
 */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    message: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  z.strictObject({ kind: z.literal('html'), status: z.int().min(400).max(599).optional() }),
  z.strictObject({ kind: z.literal('unauthorized') }),
  z.strictObject({ kind: z.literal('forbidden') }),
  z.strictObject({ kind: z.literal('not-permitted') }),
  z.strictObject({
    kind: z.literal('rate-limited'),
    header: retryHeaderSchema.optional(),
    seconds: z.number().optional(),
  }),
  z.strictObject({ kind: z.literal('reset') }),
  z.strictObject({ kind: z.literal('never-answers'), commit: z.boolean().optional() }),
  z.strictObject({ kind: z.literal('commit-then-drop') }),
  z.strictObject({ kind: z.literal('commit-then-html') }),
  z.strictObject({ kind: z.literal('slow'), ms: z.number().min(0) }),
  z.strictObject({ kind: z.literal('truncated') }),
  z.strictObject({ kind: z.literal('wrong-shape') }),
]);

export type Fault = z.infer<typeof faultSchema>;
export type FaultKind = Fault['kind'];

/** What a rule or a plan sees of a request. */
export interface FaultedRequest {
  readonly sequence: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: unknown;
}

/** Which requests: all that fit every given part. A text path fits wherever it occurs in the path. */
export interface RequestMatch {
  readonly method?: string | undefined;
  readonly path?: string | RegExp | undefined;
}

export function fits({ method, path }: RequestMatch, request: FaultedRequest): boolean {
  if (method !== undefined && method.toUpperCase() !== request.method) return false;
  if (path === undefined) return true;
  return typeof path === 'string' ? request.path.includes(path) : path.test(request.path);
}
