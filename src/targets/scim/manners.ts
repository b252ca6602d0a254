import type { ScimTargetConfig } from '../../model/target-config.js';
import { profileNames, type ProfileName } from './attributes.js';
import type { KnownSchemas } from './known-schemas.js';
import type { ServiceProvider } from './service-provider.js';

/** What this server does and what it does not: begun by what it says of itself, corrected by what calls run into. */
export interface Manners {
  /** Whether people are edited by PATCH; by PUT otherwise. */
  userPatch: boolean;
  /** Whether members come and go one by one; the whole group is replaced otherwise. */
  groupPatch: boolean;
  /** Whether the server, or the operator, says so: a single refusal then proves nothing. */
  readonly patchDeclared: boolean;
  /** How one member is taken out by PATCH: by a filter in the path, as the RFC has it, or by a list of values. */
  removal: 'filter' | 'list' | 'never';
  /** Whether versions may be sent back, and whether no write is taken without. */
  ifMatch: boolean;
  demandsVersion: boolean;
  /** Whether `filter=userName eq "…"` is answered with what was asked for. */
  filters: boolean;
  managesGroups: boolean;
  deletesGroups: boolean;
  keepsNames: boolean;
  readonly foldsGroupNames: boolean;
  /** Attributes that stay as they were given. */
  readonly kept: Set<ProfileName>;
  /** Users were seen to show their groups, so that one who shows none has none. */
  usersShowGroups: boolean;
  /** Groups were seen to show members, or are said to, so that one that shows none has none. */
  membersShown: boolean;
  /** The same in lists. */
  membersInLists: boolean;
  readonly pageSize: number;
}

const usualPage = 100;
const largestPage = 500;

export function mannersOf(
  { patch }: ScimTargetConfig,
  provider: ServiceProvider | undefined,
  schemas: KnownSchemas | undefined,
): Manners {
  const declared = patch === 'auto' ? provider?.patch : patch === 'always';
  return {
    // PATCH touches least, so people are edited by it until it is refused; PUT is what every server must know
    // (RFC 7644 §3.5), and groups cannot be tried without a write.
    userPatch: declared ?? true,
    groupPatch: declared ?? false,
    patchDeclared: declared === true,
    removal: 'filter',
    ifMatch: true,
    demandsVersion: false,
    filters: provider?.filter ?? true,
    managesGroups: true,
    deletesGroups: true,
    keepsNames: true,
    foldsGroupNames: schemas?.groupNamesAreExact !== true,
    kept: new Set(profileNames.filter((name) => schemas?.lacks(name) !== true)),
    usersShowGroups: false,
    membersShown: schemas?.showsMembers === true,
    membersInLists: false,
    pageSize: Math.min(provider?.maxResults ?? usualPage, largestPage),
  };
}
