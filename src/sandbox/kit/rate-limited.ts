import type { Reply } from './reply.js';
import type { RetryHeader } from './retry-headers.js';
import { retryHeaders } from './retry-headers.js';
import type { Words } from './words.js';

/** A 429 in the vendor's words that says when to come back in one of the forms clients meet, or not at all. */
export function rateLimited(words: Words, form: RetryHeader, waitMs: number, now: number): Reply {
  return words.refused(429, words.throttled, retryHeaders(form, waitMs, now, words.retryHeader));
}
