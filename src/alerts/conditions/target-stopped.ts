import type { AlertCondition } from '../../model/alert.js';
import type { TargetStateRow } from '../../store/target-states.js';
import { instant } from './words.js';

/**
 * A target that cannot be worked with: at once when it refuses the credential, which no waiting cures, else once it has
 * failed or been paused for `stoppedMinutes`.
 */
export function targetStopped(
  state: TargetStateRow,
  { now, stoppedMinutes }: { readonly now: number; readonly stoppedMinutes: number },
): AlertCondition[] {
  const { target, last_error: error, last_error_code: code } = state;
  if (error === null) return [];
  const since = state.failing_since ?? state.last_error_at ?? now;
  const refused = code === 'UNAUTHORIZED';
  if (!refused && now - since < stoppedMinutes * 60_000) return [];
  const throttled = code === 'RATE_LIMITED';
  return [
    {
      key: `target-stopped:${target}`,
      kind: 'target-stopped',
      severity: throttled ? 'warning' : 'high',
      subject: { target },
      since,
      words: {
        title: refused
          ? `${target} refuses the credential: nothing is provisioned`
          : `${target} has been ${throttled ? 'throttling' : 'failing'} since ${instant(since)}: nothing is provisioned`,
        reason: error,
        action: refused
          ? `Put a valid credential into the configuration and restart; "drawbridge doctor ${target}" says what it may do.`
          : throttled
            ? `It is tried again by itself. Lower limits.perMinute of ${target} if this happens often.`
            : `It is tried again by itself. See "drawbridge doctor ${target}" and the vendor's status page.`,
      },
    },
  ];
}
