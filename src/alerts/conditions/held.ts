import type { AlertCondition } from '../../model/alert.js';
import type { HoldInShort } from '../../store/alerts-holds.js';
import { counted, someOf } from './words.js';

/** Each plan that waits for a person is the matter until somebody decides, or nothing of it is wanted any more. */
export function heldConditions(holds: readonly HoldInShort[]): AlertCondition[] {
  return holds.map(({ id, target, reason, count, examples, actors, since }) => ({
    key: `held:${id}`,
    kind: 'held',
    severity: 'high',
    subject: { target },
    since,
    words: {
      title: `${target}: ${counted(count, 'change')} held, because ${reason}`,
      reason: `Held: ${someOf(examples, count)}. Asked for by ${actors.length === 0 ? 'nobody known' : actors.join(', ')}.`,
      action: `Look at it with "drawbridge held", then "drawbridge release ${id}" or "drawbridge reject ${id}".`,
    },
  }));
}
