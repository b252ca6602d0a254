import type { NotificationEvent } from '../model/alert.js';
import type { AlertRow } from '../store/tables.js';

/** One alert as the receivers of notifications and the users of the admin API see it. Times are ISO 8601. */
export interface ToldAlert {
  readonly id: string;
  /** An `AlertKind`. */
  readonly kind: string;
  /** An `AlertSeverity`. */
  readonly severity: string;
  readonly target: string | null;
  readonly directory: string | null;
  readonly person: string | null;
  readonly title: string;
  readonly reason: string;
  readonly action: string;
  readonly since: string;
  readonly openedAt: string;
  readonly resolvedAt: string | null;
}

/** The whole body of a notification; a test tells of no alert. */
export interface NotificationBody {
  /** The same each time this is sent again. */
  readonly id: string;
  readonly event: NotificationEvent;
  readonly createdAt: string;
  readonly alert: ToldAlert | null;
}

/** What is told of an alert. Every text in it went through `bounded`. */
export function tellAlert(alert: AlertRow): ToldAlert {
  const { id, kind, severity, target, directory, person, title, reason, action } = alert;
  return {
    ...{ id, kind, severity, target, directory, person, title, reason, action },
    since: iso(alert.since),
    openedAt: iso(alert.opened_at),
    resolvedAt: alert.resolved_at === null ? null : iso(alert.resolved_at),
  };
}

/** The body of one notification as it is stored, and sent each time it is tried. */
export function notificationBody(
  id: string,
  event: NotificationEvent,
  alert: AlertRow | undefined,
  now: number,
): string {
  const told = alert === undefined ? null : tellAlert(alert);
  return JSON.stringify({ id, event, createdAt: iso(now), alert: told } satisfies NotificationBody);
}

const iso = (at: number): string => new Date(at).toISOString();
