import type { Store } from './store.js';
import type { Trx } from './store.js';

/** The right to write to one target, held by one process at a time. */
export interface Lease {
  readonly target: string;
  readonly holder: string;
  /** Grows with every change of holder: a process that slept past its lease finds another number. */
  readonly fence: number;
}

/** Takes or renews the lease for `ms`; undefined while somebody else holds it. */
export async function takeLease(
  store: Store,
  target: string,
  holder: string,
  now: number,
  ms: number,
): Promise<Lease | undefined> {
  return store.write(async (trx) => {
    const current = await trx.selectFrom('lease').selectAll().where('target', '=', target).executeTakeFirst();
    if (current === undefined) {
      await trx
        .insertInto('lease')
        .values({ target, holder, fence: 1, expires_at: now + ms })
        .execute();
      return { target, holder, fence: 1 };
    }
    const mine = current.holder === holder;
    if (!mine && current.expires_at > now) return undefined;
    const fence = mine ? current.fence : current.fence + 1;
    await trx
      .updateTable('lease')
      .set({ holder, fence, expires_at: now + ms })
      .where('target', '=', target)
      .execute();
    return { target, holder, fence };
  });
}

/** Whether the lease still stands, asked in the transaction that stores the intent to write. */
export async function isLeaseHeld(trx: Trx, lease: Lease, now: number): Promise<boolean> {
  const current = await trx.selectFrom('lease').selectAll().where('target', '=', lease.target).executeTakeFirst();
  return current?.holder === lease.holder && current.fence === lease.fence && current.expires_at > now;
}

/** Gives leases back at once, so that the next process need not wait for them to run out. */
export async function releaseLeases(store: Store, holder: string): Promise<void> {
  await store.db.updateTable('lease').set({ expires_at: 0 }).where('holder', '=', holder).execute();
}

/** An embedded database belongs to one process: whoever held a lease in it before is gone. */
export async function voidLeases(store: Store): Promise<void> {
  await store.db.updateTable('lease').set({ expires_at: 0 }).execute();
}
