import type { RetryHeader } from '../rules.js';
import type { Reply } from './envelope.js';
import { refused } from './envelope.js';

/** A 429 that says when to come back in one of the forms clients meet, or not at all. */
export function rateLimited(header: RetryHeader, waitMs: number, now: number): Reply {
  const message = 'Request was throttled: this account is over its requests per minute.';
  return refused(429, message, retryHeaders(header, waitMs, now));
}

function retryHeaders(header: RetryHeader, waitMs: number, now: number): Record<string, string> {
  const seconds = String(Math.ceil(waitMs / 1000));
  switch (header) {
    case 'seconds':
      return { 'retry-after': seconds };
    case 'http-date':
      // RFC 9110 §10.2.3; a date has whole seconds, so it is rounded up: never an invitation to come early.
      return { 'retry-after': new Date(Math.ceil((now + waitMs) / 1000) * 1000).toUTCString() };
    case 'vendor':
      return { 'x-rate-limit-retry-after-seconds': seconds };
    case 'both':
      return { 'retry-after': seconds, 'x-rate-limit-retry-after-seconds': seconds };
    case 'none':
      return {};
  }
}
