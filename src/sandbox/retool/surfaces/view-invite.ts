import type { Organisation } from '../state/organisation.js';
import type { Invite } from '../state/records.js';
import { timestamp, timestampOrNull } from '../wire/timestamp.js';

export function viewInvite(org: Organisation, invite: Invite): Record<string, unknown> {
  const groups = [...invite.groups].flatMap((id) => org.data.groups.get(id) ?? []);
  return {
    id: invite.id,
    legacy_id: invite.id,
    invited_by: invite.invitedBy,
    invited_email: invite.email,
    expires_at: timestamp(invite.expiresAt),
    claimed_by: invite.claimedBy,
    claimed_at: timestampOrNull(invite.claimedAt),
    user_type: invite.userType,
    metadata: invite.metadata,
    created_at: timestamp(invite.createdAt),
    invite_link: invite.link,
    groups: groups.map(({ id, name }) => ({ legacy_id: id, id, name })),
    ...(org.rules.unknownFields ? { invite_locale: null } : {}),
  };
}
