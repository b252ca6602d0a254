import type { LedgerEvent, OwnEvent, RemoteId } from './ledger-event.js';

/** What a fake's own functions work on: rules and data as they are at the moment of asking, time, and the ledger. */
export interface Live<Rules, Data, Own extends OwnEvent = never, Id extends RemoteId = number> {
  readonly rules: Rules;
  readonly data: Data;
  readonly now: () => number;
  readonly emit: (event: LedgerEvent<Id> | Own) => void;
}
