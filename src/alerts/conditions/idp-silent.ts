import type { AlertCondition } from '../../model/alert.js';
import { instant } from './words.js';

const hourMs = 3_600_000;

/** A server that was down itself is not yet a silent identity provider: give it time to be called. */
const graceMs = hourMs;

export interface Silence {
  readonly condition: AlertCondition;
  /** When it may begin to be an alert; one that is open already stays open. */
  readonly opensAt: number;
}

/**
 * Identity providers that called before and have not for `silenceHours`; 0 asks for none. Who never called is still being
 * set up.
 */
export function silentProviders(
  lastRequests: ReadonlyMap<string, number>,
  { now, startedAt, silenceHours }: { readonly now: number; readonly startedAt: number; readonly silenceHours: number },
): Silence[] {
  if (silenceHours <= 0) return [];
  return [...lastRequests]
    .filter(([, at]) => now - at >= silenceHours * hourMs)
    .map(([directory, at]) => ({
      opensAt: startedAt + graceMs,
      condition: {
        key: `idp-silent:${directory}`,
        kind: 'idp-silent',
        severity: 'warning',
        subject: { directory },
        since: at,
        words: {
          title: `directory ${directory}: its identity provider has said nothing since ${instant(at)}`,
          reason: `No request came for ${silenceHours} hours. Joiners and leavers of this time are not known here.`,
          action:
            'Check in the identity provider that provisioning is on and not in quarantine, and that it can reach this server. ' +
            'If it only calls when something changes, raise alert.silenceHours.',
        },
      },
    }));
}
