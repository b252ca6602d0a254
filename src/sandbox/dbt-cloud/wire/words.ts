import type { Words } from '../../kit/words.js';
import { notFound } from '../state/refusal.js';
import { refused } from './envelope.js';

/** Every failure is an envelope that repeats the status. */
export const dbtWords: Words = {
  refused,
  refusal: ({ status, message }) => refused(status, message),
  unauthorized: refused(401, 'Invalid token.'),
  forbidden: refused(403, 'You do not have permission to perform this action.'),
  notPermitted: refused(404, notFound().message),
  throttled: 'Request was throttled: this account is over its requests per minute.',
  retryHeader: 'x-rate-limit-retry-after-seconds',
  unreadable: (status) => refused(status, 'JSON parse error.'),
  wrongShape: ({ status }) => ({ status: { code: status }, data: 'maintenance' }),
};
