import type { OwnEvent } from '../kit/ledger-event.js';
import type { Sequenced } from '../kit/ledger.js';
import { Ledger } from '../kit/ledger.js';
import type { LostEvent } from './state/account.js';

/** What dbt Cloud was asked, and what its full-state writes lost. */
export class DbtLedger extends Ledger<LostEvent> {
  /** Every full-state write that did not send back a field it had read. */
  get losses(): readonly (LostEvent & Sequenced)[] {
    return this.eventsOf(isLost);
  }
}

function isLost(event: OwnEvent): event is LostEvent {
  return event.kind === 'lost';
}
