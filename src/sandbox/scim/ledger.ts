import type { OwnEvent } from '../kit/ledger-event.js';
import { Ledger } from '../kit/ledger.js';
import type { Sequenced } from '../kit/ledger.js';

/** An attribute a resource had, and a PUT of the whole resource did not send back. */
export interface LostEvent {
  readonly kind: 'lost';
  /** Id of the user or group. */
  readonly of: string;
  /** Dotted, as in `name.middleName`. */
  readonly name: string;
}

/** What a SCIM server was asked, and what its whole-resource writes lost. */
export class ScimLedger extends Ledger<LostEvent, string> {
  get losses(): readonly (LostEvent & Sequenced)[] {
    return this.eventsOf(isLost);
  }
}

function isLost(event: OwnEvent): event is LostEvent {
  return event.kind === 'lost';
}
