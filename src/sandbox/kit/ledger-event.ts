/** A user's or a group's id as the vendor gives it. */
export type RemoteId = number | string;

export interface MailEvent {
  readonly kind: 'mail';
  readonly email: string;
}

/** A write of a whole set, with the set it found and the set it left. */
export interface ReplacedEvent<Id extends RemoteId> {
  readonly kind: 'replaced';
  readonly set: 'group-members' | 'account-groups';
  /** The group whose members, or the user whose groups, were replaced as a whole. */
  readonly id: Id;
  readonly before: readonly Id[];
  readonly after: readonly Id[];
}

/** One membership taken away by a write that named it. */
export interface RemovedEvent<Id extends RemoteId> {
  readonly kind: 'removed';
  readonly userId: Id;
  readonly groupId: Id;
}

/** What a change did beyond the data, whatever the vendor. A fake adds kinds of its own. */
export type LedgerEvent<Id extends RemoteId> = MailEvent | ReplacedEvent<Id> | RemovedEvent<Id>;

/** What the kinds a fake adds must have. */
export interface OwnEvent {
  readonly kind: string;
}

export function isMail(event: OwnEvent): event is MailEvent {
  return event.kind === 'mail';
}

export function isReplaced<Id extends RemoteId>(event: OwnEvent): event is ReplacedEvent<Id> {
  return event.kind === 'replaced';
}

export function isRemoved<Id extends RemoteId>(event: OwnEvent): event is RemovedEvent<Id> {
  return event.kind === 'removed';
}
