import type { Words } from '../../kit/words.js';
import { refused } from './envelope.js';
import { missingScope, notInPlan } from './gate-texts.js';
import { PlanPage } from './plan-page.js';
import { RateLimited, throttled } from './rate-window.js';

/** Every failure is `{"success":false,"message":…}`, unless the web app answers in the API's place. */
export const retoolWords: Words = {
  refused,
  refusal: (error) => {
    if (error instanceof PlanPage) return error.reply;
    return refused(error.status, error.message, error instanceof RateLimited ? error.headers : undefined);
  },
  unauthorized: refused(401, 'Unauthorized: API token is missing or invalid'),
  forbidden: refused(403, missingScope(['users:read'])),
  notPermitted: refused(403, notInPlan('Users')),
  throttled,
  unreadable: (status) => refused(status, 'Request body is not valid JSON'),
  wrongShape: () => ({ success: true, data: 'maintenance' }),
};
