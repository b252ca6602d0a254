import type { AlertCondition } from '../../model/alert.js';
import type { ChannelTrouble } from '../../store/notifications-list.js';
import { counted, instant } from './words.js';

/** A receiver that restarts is no alert. Milliseconds. */
const patienceMs = 3_600_000;
/** How long what was given up is talked about. Milliseconds. */
export const givenUpShownMs = 86_400_000;

/** Channels that do not take their notifications, of those configured; told through the others. */
export function channelsFailing(
  troubles: readonly ChannelTrouble[],
  { now, channels }: { readonly now: number; readonly channels: readonly string[] },
): AlertCondition[] {
  return troubles
    .filter(({ channel, oldest, givenUp }) => channels.includes(channel) && (givenUp > 0 || now - oldest >= patienceMs))
    .map(({ channel, waiting, givenUp, oldest, lastError }) => ({
      key: `channel-failing:${channel}`,
      kind: 'channel-failing',
      severity: 'high',
      subject: {},
      since: oldest,
      words: {
        title: `notifications do not get through on channel ${channel} since ${instant(oldest)}`,
        reason: `${counted(waiting, 'notification')} waiting, ${givenUp} given up within a day. Last reason: ${lastError}`,
        action: `Try it with "drawbridge alerts test ${channel}"; "drawbridge alerts notifications" lists what was not delivered.`,
      },
    }));
}

/** The channel an alert of this key is about; it is not told so itself. */
export function channelOfKey(key: string): string | undefined {
  return key.startsWith('channel-failing:') ? key.slice('channel-failing:'.length) : undefined;
}
