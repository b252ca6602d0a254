import type { Live } from '../../kit/live.js';
import type { Rules } from '../rules.js';
import type { SiteData } from './records.js';

/** A full-set write took away the right to manage a group. */
export interface DemotedEvent {
  readonly kind: 'demoted';
  readonly userId: number;
  readonly groupId: number;
}

/** Somebody became an administrator, or stopped being one. */
export interface AdminEvent {
  readonly kind: 'admin';
  readonly userId: number;
  readonly granted: boolean;
}

/** A deactivation deleted these dashboard subscriptions for good. */
export interface SubscriptionsLostEvent {
  readonly kind: 'subscriptions-lost';
  readonly userId: number;
  readonly subscriptions: readonly string[];
}

export type SiteOwnEvent = DemotedEvent | AdminEvent | SubscriptionsLostEvent;

/** One Metabase as the functions of this folder see it. */
export type Site = Live<Rules, SiteData, SiteOwnEvent>;
