import { fold } from '../../model/fold.js';
import type { AccountEvent } from './state/account.js';
import type { Credential } from './wire/credential.js';

/** One request as it came in and what became of it. Credentials are judged, never kept. */
export interface LedgerEntry {
  readonly sequence: number;
  /** Milliseconds since the epoch by the fake's clock. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: unknown;
  credential: Credential;
  /** What the surface decided; undefined when a fault struck before it could. */
  status: number | undefined;
  /** The fault that struck, if any: with one of the `commit-…` kinds the caller never saw `status`. */
  fault: string | undefined;
  /** True for a write that was carried out, whether or not its answer arrived. */
  committed: boolean;
  readonly events: AccountEvent[];
}

export interface Counters {
  readonly requests: number;
  readonly writes: number;
  readonly mails: number;
  readonly tokenFailures: number;
  readonly faults: number;
}

export type Replaced = Extract<AccountEvent, { kind: 'replaced' }> & { readonly sequence: number };
export type Lost = Extract<AccountEvent, { kind: 'lost' }> & { readonly sequence: number };

/** A membership a whole-set write took away. */
export interface DroppedMembership {
  readonly sequence: number;
  readonly userId: number;
  readonly groupId: number;
}

/** Everything the fake was asked, in order: what tests judge a client by. */
export class Ledger {
  #entries: LedgerEntry[] = [];
  #sequence = 0;

  get entries(): readonly LedgerEntry[] {
    return this.#entries;
  }

  /** The writes that were carried out. */
  get writes(): readonly LedgerEntry[] {
    return this.#entries.filter((each) => each.committed);
  }

  /** Every whole-set write with the set it found and the set it left. */
  get replaced(): readonly Replaced[] {
    return this.#entries.flatMap(({ sequence, events }) =>
      events.flatMap((each) => (each.kind === 'replaced' ? [{ ...each, sequence }] : [])),
    );
  }

  /** Every full-state write that did not send back a field it had read. */
  get losses(): readonly Lost[] {
    return this.#entries.flatMap(({ sequence, events }) =>
      events.flatMap((each) => (each.kind === 'lost' ? [{ ...each, sequence }] : [])),
    );
  }

  /** Memberships that were there when a whole-set write arrived and gone after it. */
  get dropped(): readonly DroppedMembership[] {
    return this.replaced.flatMap(({ sequence, set, id, before, after }) => {
      const kept = new Set(after);
      const gone = before.filter((each) => !kept.has(each));
      return gone.map((each) =>
        set === 'group-members' ? { sequence, userId: each, groupId: id } : { sequence, userId: id, groupId: each },
      );
    });
  }

  /** How many mails one address was sent, whatever its case. */
  mailsTo(email: string): number {
    return this.#mails().filter((each) => fold(each) === fold(email)).length;
  }

  /** Mails per folded address. */
  mails(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const each of this.#mails()) counts[fold(each)] = (counts[fold(each)] ?? 0) + 1;
    return counts;
  }

  counters(): Counters {
    return {
      requests: this.#entries.length,
      writes: this.writes.length,
      mails: this.#mails().length,
      tokenFailures: this.#entries.filter((each) => each.credential !== 'good').length,
      faults: this.#entries.filter((each) => each.fault !== undefined).length,
    };
  }

  open(request: Pick<LedgerEntry, 'at' | 'method' | 'path' | 'query' | 'body' | 'credential'>): LedgerEntry {
    const entry: LedgerEntry = {
      sequence: ++this.#sequence,
      ...request,
      status: undefined,
      fault: undefined,
      committed: false,
      events: [],
    };
    this.#entries.push(entry);
    return entry;
  }

  clear(): void {
    this.#entries = [];
  }

  #mails(): string[] {
    return this.#entries.flatMap(({ events }) => events.flatMap((each) => (each.kind === 'mail' ? [each.email] : [])));
  }
}
