import { fold } from '../../model/fold.js';
import { type Credential, isAccepted } from './credential.js';
import { isMail, isRemoved, isReplaced } from './ledger-event.js';
import type { LedgerEvent, OwnEvent, RemoteId, RemovedEvent, ReplacedEvent } from './ledger-event.js';

/** One request as it came in and what became of it. Credentials are judged, never kept. */
export interface NotedRequest {
  readonly sequence: number;
  /** Milliseconds since the epoch by the fake's clock. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: unknown;
  /** The entry of the fake's table of routes, e.g. `POST /api/user/:id`; undefined for a path it does not know. */
  readonly route: string | undefined;
  readonly credential: Credential;
  /** What the fake decided; undefined when a fault struck before it could. */
  status: number | undefined;
  /** The fault that struck, if any: with one of the `commit-…` kinds the caller never saw `status`. */
  fault: string | undefined;
  /** True for a write that was carried out, whether or not its answer arrived. */
  committed: boolean;
}

/** A request with what carrying it out did beyond the data. */
export interface LedgerEntry<Own extends OwnEvent = never, Id extends RemoteId = number> extends NotedRequest {
  readonly events: (LedgerEvent<Id> | Own)[];
}

export interface Counters {
  readonly requests: number;
  readonly writes: number;
  readonly mails: number;
  readonly tokenFailures: number;
  readonly faults: number;
}

export interface Sequenced {
  readonly sequence: number;
}

/** A membership a whole-set write took away. */
export interface DroppedMembership<Id extends RemoteId = number> extends Sequenced {
  readonly userId: Id;
  readonly groupId: Id;
}

/** Everything the fake was asked, in order: what tests judge a client by. */
export class Ledger<Own extends OwnEvent = never, Id extends RemoteId = number> {
  #entries: LedgerEntry<Own, Id>[] = [];
  #sequence = 0;

  get entries(): readonly LedgerEntry<Own, Id>[] {
    return this.#entries;
  }

  /** The writes that were carried out. */
  get writes(): readonly LedgerEntry<Own, Id>[] {
    return this.#entries.filter((each) => each.committed);
  }

  /** The requests the fake itself said no to; those a fault answered are not among them. */
  get refused(): readonly LedgerEntry<Own, Id>[] {
    return this.#entries.filter(({ status }) => status !== undefined && status >= 400);
  }

  /** Every whole-set write with the set it found and the set it left. */
  get replaced(): readonly (ReplacedEvent<Id> & Sequenced)[] {
    return this.eventsOf(isReplaced<Id>);
  }

  /** Every membership taken away by a write that named it. */
  get removed(): readonly (RemovedEvent<Id> & Sequenced)[] {
    return this.eventsOf(isRemoved<Id>);
  }

  /** Memberships that were there when a whole-set write arrived and gone after it. */
  get dropped(): readonly DroppedMembership<Id>[] {
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
    return tally(this.#mails().map(fold));
  }

  /** Requests per route, e.g. `{'POST /api/user': 2}`; those to unknown paths are not counted. */
  calls(): Record<string, number> {
    return tally(this.#entries.flatMap(({ route }) => route ?? []));
  }

  counters(): Counters {
    return {
      requests: this.#entries.length,
      writes: this.writes.length,
      mails: this.#mails().length,
      tokenFailures: this.#entries.filter((each) => !isAccepted(each.credential)).length,
      faults: this.#entries.filter((each) => each.fault !== undefined).length,
    };
  }

  /** Notes a request before anything happens to it; the caller fills in what became of it. */
  open(request: Omit<NotedRequest, 'sequence' | 'status' | 'fault' | 'committed'>): LedgerEntry<Own, Id> {
    const entry: LedgerEntry<Own, Id> = {
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

  /** The events of one kind, in order, each with the request that caused it. */
  protected eventsOf<E extends LedgerEvent<Id> | Own>(
    isWanted: (event: LedgerEvent<Id> | Own) => event is E,
  ): (E & Sequenced)[] {
    return this.#entries.flatMap(({ sequence, events }) =>
      events.filter(isWanted).map((each) => ({ ...each, sequence })),
    );
  }

  #mails(): string[] {
    return this.eventsOf(isMail).map((each) => each.email);
  }
}

function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const each of words) counts[each] = (counts[each] ?? 0) + 1;
  return counts;
}
