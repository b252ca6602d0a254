import type { OwnEvent } from '../kit/ledger-event.js';
import type { Sequenced } from '../kit/ledger.js';
import { Ledger } from '../kit/ledger.js';
import type { AdminEvent, DemotedEvent, SiteOwnEvent, SubscriptionsLostEvent } from './state/site.js';

/** What Metabase was asked, and what its writes did beyond what they said. */
export class MetabaseLedger extends Ledger<SiteOwnEvent> {
  /** Managers a full-set write made ordinary members. */
  get demotions(): readonly (DemotedEvent & Sequenced)[] {
    return this.eventsOf((event): event is DemotedEvent => isKind(event, 'demoted'));
  }

  /** Who became an administrator, and who stopped being one. */
  get adminChanges(): readonly (AdminEvent & Sequenced)[] {
    return this.eventsOf((event): event is AdminEvent => isKind(event, 'admin'));
  }

  /** Dashboard subscriptions that deactivations deleted. */
  get lostSubscriptions(): readonly (SubscriptionsLostEvent & Sequenced)[] {
    return this.eventsOf((event): event is SubscriptionsLostEvent => isKind(event, 'subscriptions-lost'));
  }
}

function isKind(event: OwnEvent, kind: SiteOwnEvent['kind']): boolean {
  return event.kind === kind;
}
