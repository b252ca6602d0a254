import type { ScimTargetConfig } from '../../model/target-config.js';
import type { KnownSchemas } from './known-schemas.js';
import type { Manners } from './manners.js';
import type { ListPage } from './read-list.js';
import type { RemoteGroup } from './scim-group.js';
import type { ServiceProvider } from './service-provider.js';

interface Seen {
  readonly config: ScimTargetConfig;
  readonly provider: ServiceProvider | undefined;
  readonly schemas: KnownSchemas | undefined;
  readonly groups: ListPage<RemoteGroup> | undefined;
  readonly manners: Manners;
  readonly ignoresPaging: boolean;
}

/** What an operator should know beforehand: what is missing, and what is assumed instead. */
export function warnAboutServer({ config, provider, schemas, groups, manners, ignoresPaging }: Seen): string[] {
  const says = (isSo: boolean, sentence: string): string[] => (isSo ? [sentence] : []);
  const membersUnknown = groups !== undefined && groups.total > 0 && !manners.membersShown;
  return [
    ...says(provider === undefined, silent),
    ...says(provider !== undefined && config.patch === 'auto' && provider.patch !== true, noPatch),
    ...says(provider?.patch === false && config.patch === 'always', patchAgainstItsWord),
    ...says(groups === undefined, noGroups),
    ...says(schemas === undefined, noSchemas),
    ...says(membersUnknown, membersHidden),
    ...says(ignoresPaging, unpaged),
    ...says(config.deprovision === 'delete', deletes),
  ];
}

const silent =
  'The server does not say what it supports (no ServiceProviderConfig): people are edited by PATCH until it refuses that, and members are replaced group by group. If it takes PATCH for groups, set patch to always.';
const noPatch =
  'The server has no PATCH: users and groups are replaced as a whole, and what somebody else changes at the same moment may be lost.';
const patchAgainstItsWord = 'The server says it has no PATCH, and patch is set to always: changes may be refused.';
const noGroups =
  'The server shows no groups to this token: people are provisioned, and their groups are left to somebody else.';
const noSchemas =
  'The server does not list its schemas: attributes it turns out not to keep are left alone after the first try.';
const membersHidden =
  'No group shows any member yet: should the server hide them, its groups are left alone after the first try.';
const unpaged =
  'The server ignores paging and sends everything at once: a directory too large for one answer cannot be read.';
const deletes = 'Leavers are deleted (deprovision: delete), with whatever the server deletes along with them.';
