import type { LedgerEvent, OwnEvent, RemoteId } from '../kit/ledger-event.js';
import { Ledger } from '../kit/ledger.js';
import type { Sequenced } from '../kit/ledger.js';

/** The group-admin flag of somebody who stayed a member was overwritten. */
export interface FlagEvent {
  readonly kind: 'flag';
  readonly userId: string;
  readonly groupId: number;
  readonly before: boolean;
  readonly after: boolean;
}

/** Something a whole-object write did not send back, and which is therefore gone. */
export interface LostEvent {
  readonly kind: 'lost';
  readonly what: 'attribute' | 'invite' | 'setting';
  /** The user, for an attribute, else the group. */
  readonly of: RemoteId;
  /** The attribute's or setting's name, or the invite's id. */
  readonly name: string;
}

export type OwnRetoolEvent = FlagEvent | LostEvent;
export type RetoolEvent = LedgerEvent<RemoteId> | OwnRetoolEvent;

/** What the vendor's own kinds of damage add to the ledger. */
export class RetoolLedger extends Ledger<OwnRetoolEvent, RemoteId> {
  /** Group admins who are members still, and no group admins any more. */
  get demoted(): readonly (FlagEvent & Sequenced)[] {
    return this.eventsOf(isFlag).filter(({ before, after }) => before && !after);
  }

  /** Attributes, invites and settings of others that whole-object writes left out. */
  get losses(): readonly (LostEvent & Sequenced)[] {
    return this.eventsOf(isLost);
  }
}

function isFlag(event: OwnEvent): event is FlagEvent {
  return event.kind === 'flag';
}

function isLost(event: OwnEvent): event is LostEvent {
  return event.kind === 'lost';
}
