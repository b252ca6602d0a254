import type { ServerResponse } from 'node:http';
import type { Log } from '../model/log.js';
import type { Store } from '../store/store.js';
import { exchangeOf } from './exchange.js';

const everyMs = 5_000;

/** Keeps, roughly, when each directory was last spoken to: a sign of life need not cost a write for each request. */
export function lastRequestNote(store: Store, log: Log): (response: ServerResponse) => void {
  const noted = new Map<string, number>();
  return (response) => {
    const { directory = '', receivedAt, requestId } = exchangeOf(response);
    if (receivedAt - (noted.get(directory) ?? -Infinity) >= everyMs) {
      noted.set(directory, receivedAt);
      store.db
        .updateTable('directory')
        .set({ last_request_at: receivedAt })
        .where('name', '=', directory)
        .execute()
        .catch((error: unknown) => {
          log.warn('the time of the last request was not stored', { requestId, directory, error });
        });
    }
  };
}
