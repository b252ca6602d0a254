import type { AlertCondition } from '../../model/alert.js';
import type { GivenUp } from '../../store/alerts-targets.js';
import { counted, someOf } from './words.js';

/** People and groups a target refused for good; one alert for each target, however many. */
export function failingKeys({ target, count, since, examples }: GivenUp): AlertCondition {
  const shown = examples.map(({ name, error }) => `${name} (${error})`);
  return {
    key: `failing-keys:${target}`,
    kind: 'failing-keys',
    severity: 'warning',
    subject: { target },
    since,
    words: {
      title: `${target}: ${counted(count, 'person or group', 'people or groups')} given up`,
      reason: someOf(shown, count),
      action:
        'See "drawbridge failing". Each is tried again by every sweep, when the directory changes it, and with "drawbridge retry".',
    },
  };
}
