import type { Player } from './cast.js';
import type { ScimCall, Step } from './step.js';

/** One identity provider on the wire: its headers, and what it sends for each event of a lifecycle. */
export interface IdentityProvider {
  readonly name: string;
  /** Sent with every request, besides the credential. */
  readonly headers: Readonly<Record<string, string>>;
  /** Sent with a body, in addition. */
  readonly writeHeaders?: Readonly<Record<string, string>>;

  /** What it does when an administrator saves the connection. */
  readonly connects: readonly Step[];
  /** Looks for somebody by name; `found` says whether there is anybody. */
  matchUser(player: Player, found: boolean): ScimCall;
  createUser(player: Player): ScimCall;
  readUser(player: Player): ScimCall;
  /** Gives somebody, read a moment ago, another family name. */
  changeFamilyName(player: Player, familyName: string): ScimCall;
  setActive(player: Player, active: boolean): ScimCall;
  /** What follows once somebody is active again. */
  afterReturn(player: Player): readonly Step[];
  /** Somebody leaves for good. */
  removeUser(player: Player): ScimCall;

  matchGroup(name: string): ScimCall;
  createGroup(name: string): ScimCall;
  /** Groups are remembered under the name they were created with; `name` is that one. */
  addMember(group: string, player: Player): ScimCall;
  /** One member leaves and one joins a group that is now called `nameNow`: in as many requests as it takes. */
  swapMembers(group: string, nameNow: string, change: { readonly out: Player; readonly in: Player }): readonly Step[];
  renameGroup(group: string, newName: string): ScimCall;
  deleteGroup(group: string): ScimCall;
}
