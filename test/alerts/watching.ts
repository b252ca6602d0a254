import { randomUUID } from 'node:crypto';
import type { ExpiringToken } from '../../src/alerts/conditions/token-expiring.js';
import { Watcher, type WatcherOptions } from '../../src/alerts/watcher.js';
import { defaultAlertConfig, type AlertConfig, type ChannelConfig } from '../../src/model/alert-config.js';
import { silentLog } from '../../src/model/log.js';
import type { Store } from '../../src/store/store.js';
import type { AlertRow, NotificationRow } from '../../src/store/tables.js';

/** Stands wherever a secret could slip in; it must be found nowhere. */
export const planted = 'PLANTED-SECRET-0123456789';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

export interface Watching {
  readonly store: Store;
  readonly clock: { readonly now: number };
  readonly config?: Partial<AlertConfig>;
  readonly mode?: 'observe' | 'grant-only' | 'full';
  readonly tokens?: readonly ExpiringToken[];
  readonly listTokens?: WatcherOptions['listTokens'];
  readonly startedAt?: number;
}

/** A watcher over a store, with the target `dbt`, on a clock that moves only when told to. */
export function watcherOf({ store, clock, config = {}, mode = 'full', startedAt = 0, ...given }: Watching): Watcher {
  const options: WatcherOptions = {
    store,
    config: { ...defaultAlertConfig, ...config },
    targets: [{ name: 'dbt', mode }],
    listTokens: given.listTokens ?? (() => Promise.resolve(given.tokens ?? [])),
    startedAt,
    mask: (text) => text.replaceAll(planted, '[redacted]'),
    newId: randomUUID,
    holder: randomUUID(),
    log: silentLog,
    now: () => clock.now,
  };
  return new Watcher(options);
}

export const webhook = (more: Partial<ChannelConfig> = {}): ChannelConfig =>
  ({
    name: 'ops',
    kind: 'webhook',
    url: 'http://127.0.0.1:9/x',
    secret: 'signing-secret-0123456789',
    resolved: true,
    ...more,
  }) as ChannelConfig;

export async function openAlerts(store: Store): Promise<AlertRow[]> {
  return store.db.selectFrom('alert').selectAll().where('resolved_at', 'is', null).orderBy('key').execute();
}

/** The open alerts of one kind. */
export async function openOf(store: Store, kind: string): Promise<AlertRow[]> {
  return (await openAlerts(store)).filter((alert) => alert.kind === kind);
}

export async function queue(store: Store): Promise<NotificationRow[]> {
  return store.db.selectFrom('notification').selectAll().orderBy('seq').execute();
}
