import type { RemoteId } from '../model/account.js';
import { groupBy } from '../model/group-by.js';
import type { Observation, ObservedAccount, ObservedInvitation } from '../model/observation.js';

/** Accounts and invitations of one observation, found by address. Built once, asked for each person of a batch. */
export interface AccountIndex {
  readonly byId: ReadonlyMap<RemoteId, ObservedAccount>;
  readonly byKey: ReadonlyMap<string, readonly ObservedAccount[]>;
  /** Accounts that carry an id of the directory's, where the target keeps one. */
  readonly byExternalId: ReadonlyMap<string, readonly ObservedAccount[]>;
  /** The newest invitation of each address. Undefined: the target lists none, so absence proves nothing. */
  readonly invitations: ReadonlyMap<string, ObservedInvitation> | undefined;
  /** Whether everybody was read: without that, nobody can be found by address. */
  readonly everybody: boolean;
}

export function indexAccounts(observation: Observation): AccountIndex {
  const accounts = [...observation.accounts.values()];
  const byKey = groupBy(accounts, (account) => account.correlationKey);
  const identified = accounts.filter((account) => account.profile?.['externalId'] !== undefined);
  const byExternalId = groupBy(identified, (account) => account.profile?.['externalId'] ?? '');
  let invitations: Map<string, ObservedInvitation> | undefined;
  if (observation.invitations !== undefined) {
    invitations = new Map();
    for (const each of observation.invitations) {
      if (!invitations.has(each.correlationKey)) invitations.set(each.correlationKey, each);
    }
  }
  return { byId: observation.accounts, byKey, byExternalId, invitations, everybody: observation.scope === 'all' };
}

/** Who else in this target has a claim on an account or an address. */
export interface Claim {
  readonly userId: string;
  /** False once that SCIM user was deactivated or deleted: the claim then yields to a living person's. */
  readonly living: boolean;
}

export interface Claims {
  readonly byRemoteId: ReadonlyMap<RemoteId, Claim>;
  readonly byKey: ReadonlyMap<string, readonly Claim[]>;
}

export type Correlation =
  /** The known account, or one found by its address: `found` tells them apart. */
  | { readonly kind: 'linked'; readonly account: ObservedAccount; readonly found: 'by-id' | 'by-address' }
  | { readonly kind: 'unmatched' }
  | { readonly kind: 'disputed'; readonly reason: string };

/** Why somebody whose address another person of the directory uses gets no account by it. */
export const addressTaken = (address: string): string =>
  `the address ${address} already serves another person of the directory`;

/**
 * Finds the account that belongs to a SCIM user: the linked one by id, else the only one that carries the directory's
 * own id for the person, else the only one with their address.
 *
 *   account with the linked id                     │ linked
 *   none; one account with the address, unclaimed  │ linked (adopted)
 *   none; one account, claimed by a living other   │ disputed
 *   none; several accounts with the address        │ disputed: never guess
 *   none at all                                    │ unmatched
 */
export function correlateAccount(
  person: {
    readonly userId: string;
    readonly correlationKey: string;
    readonly remoteId: RemoteId | undefined;
    readonly externalId?: string | undefined;
  },
  index: AccountIndex,
  claims: Claims,
): Correlation {
  const known = person.remoteId === undefined ? undefined : index.byId.get(person.remoteId);
  if (known !== undefined) return { kind: 'linked', account: known, found: 'by-id' };

  const rival = claims.byKey
    .get(person.correlationKey)
    ?.find((claim) => claim.living && claim.userId !== person.userId);
  if (rival !== undefined) {
    return { kind: 'disputed', reason: addressTaken(person.correlationKey) };
  }
  const identified = person.externalId === undefined ? undefined : index.byExternalId.get(person.externalId);
  const candidates = identified ?? index.byKey.get(person.correlationKey) ?? [];
  if (candidates.length > 1) {
    return { kind: 'disputed', reason: `${candidates.length} accounts carry the address ${person.correlationKey}` };
  }
  const [account] = candidates;
  if (account === undefined) return { kind: 'unmatched' };
  const owner = claims.byRemoteId.get(account.id);
  if (owner !== undefined && owner.userId !== person.userId && owner.living) {
    return {
      kind: 'disputed',
      reason: `the account ${account.email} already belongs to another person of the directory`,
    };
  }
  return { kind: 'linked', account, found: 'by-address' };
}
