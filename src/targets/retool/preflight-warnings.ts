import type { Probed } from './access.js';
import { isBuiltIn } from './retool-group.js';
import type { TokenFacts } from './token-facts.js';

/** What an operator should know before relying on this token, in sentences. */
export function warningsOf(probed: Probed, token: TokenFacts | undefined): string[] {
  const { users, groups, invitations, access } = probed;
  if (!users.open) return [inviteOnly(users.reason), handMadeAccounts];
  return [
    ...(access.mode === 'users-only' && !groups.open ? [usersOnly(groups.reason)] : []),
    ...(groups.open && groups.answer.every(isBuiltIn) ? [onlyBuiltIn] : []),
    ...(invitations.open ? [] : [hiddenInvitations]),
    ...(token?.ownerLegacyId === undefined ? [unknownOwner] : []),
    ...(token?.scopes !== undefined && !token.scopes.has('users:write') ? [readOnly] : []),
  ];
}

const inviteOnly = (reason: string): string =>
  `Retool shows no users to this token (${reason}), so Drawbridge can invite people, and withdraw an invitation nobody accepted yet, and nothing else: ` +
  'it cannot disable anybody, change a name, or see and change groups. Leavers who accepted must be disabled in Retool by hand. ' +
  'Users and groups need the Enterprise plan and the scopes users:read, users:write, groups:read and groups:write.';

const handMadeAccounts =
  'People who had a Retool account before, or whose invitation was deleted after they accepted it, cannot be seen with this token: inviting them is refused.';

const usersOnly = (reason: string): string =>
  `Groups are left alone (${reason}): nobody is added to or taken out of any, and whoever is enabled again has all the groups they had before. ` +
  'Managing groups needs the scopes groups:read and groups:write.';

const onlyBuiltIn =
  'The organisation has only the built-in groups; plans below Business cannot have others. Map pushed groups to editor or viewer in groups.map where groups cannot be made.';

const hiddenInvitations =
  'Invitations cannot be listed with this token: whoever was invited by hand is given an account at once.';

const unknownOwner =
  'Retool does not say whose token this is (that takes the scope access_tokens:read). Disabling its owner may end the token: name the owner in protect.users.';

const readOnly = 'The token lacks the scope users:write: every change will be refused. It is good for mode: observe.';
