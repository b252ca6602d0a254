import type { AlertKind } from './alert.js';

/** When alerts open and who is told, as the operator decides. */
export interface AlertConfig {
  /** How long a leaver's access may last before it is an alert. */
  readonly leaverMinutes: number;
  /** How long a target may fail or be paused; a refused credential is an alert at once. */
  readonly stoppedMinutes: number;
  /** How long an identity provider may say nothing; 0 turns that alert off. */
  readonly silenceHours: number;
  /** How long before its end a token is announced. */
  readonly tokenDays: number;
  /** How long a notification is tried before it is given up. */
  readonly retryDays: number;
  readonly channels: readonly ChannelConfig[];
}

interface Channel {
  readonly name: string;
  /** May hold a credential: never stored, logged or shown. */
  readonly url: string;
  /** Which alerts it is told of; undefined: all of them. */
  readonly kinds?: readonly AlertKind[] | undefined;
  /** Whether it is also told when an alert is over. */
  readonly resolved: boolean;
}

/** Gets one signed JSON document for each event. */
export interface WebhookConfig extends Channel {
  readonly kind: 'webhook';
  readonly secret: string;
}

/** Gets messages as Slack takes them, and Mattermost and Teams too. */
export interface SlackConfig extends Channel {
  readonly kind: 'slack';
}

export type ChannelConfig = WebhookConfig | SlackConfig;

/** What holds where the operator says nothing. */
export const defaultAlertConfig: AlertConfig = {
  leaverMinutes: 15,
  stoppedMinutes: 15,
  silenceHours: 24,
  tokenDays: 14,
  retryDays: 3,
  channels: [],
};
