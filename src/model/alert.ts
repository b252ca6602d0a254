/** What Drawbridge calls a person's attention to. Stable names: configurations and receivers refer to them. */
export const alertKinds = [
  'held',
  'leaver-late',
  'target-stopped',
  'failing-keys',
  'token-expiring',
  'token-expired-used',
  'idp-silent',
  'requests-rejected',
  'groups-without-members',
  'people-without-email',
  'people-without-names',
  'duplicate-emails',
  'channel-failing',
] as const;
export type AlertKind = (typeof alertKinds)[number];

/** `high`: access is wrong or stopped, somebody should look now. `warning`: soon. `notice`: when there is time. */
export const alertSeverities = ['high', 'warning', 'notice'] as const;
export type AlertSeverity = (typeof alertSeverities)[number];

/** What a notification tells: an alert began, became more severe, or is over; or that somebody tries the channel. */
export const notificationEvents = ['opened', 'raised', 'resolved', 'test'] as const;
export type NotificationEvent = (typeof notificationEvents)[number];

/** Who and what an alert is about, by the names people use; undefined where it is about all of them. */
export interface AlertSubject {
  readonly target?: string | undefined;
  readonly directory?: string | undefined;
  readonly person?: string | undefined;
}

/** An alert in words for a person: plain text, bounded in length, never with a secret. */
export interface AlertWords {
  /** One line that says what is the matter and with whom. */
  readonly title: string;
  readonly reason: string;
  /** What to do about it. */
  readonly action: string;
}

/** Something that is the matter right now. */
export interface AlertCondition {
  /** The same from look to look for as long as it is the same matter. */
  readonly key: string;
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  readonly subject: AlertSubject;
  readonly words: AlertWords;
  /** Epoch milliseconds. */
  readonly since: number;
}
