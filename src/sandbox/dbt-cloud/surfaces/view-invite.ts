import type { Account } from '../state/account.js';
import type { Invite } from '../state/records.js';
import { timestamp, timestampOrNull } from '../wire/timestamp.js';
import { viewHeldGroup } from './view-group.js';

export function viewInvite(account: Account, invite: Invite): Record<string, unknown> {
  const groups = invite.groups.flatMap((id) => account.data.groups.get(id) ?? []);
  return {
    ...invite.unknown,
    id: invite.id,
    account_id: account.id,
    email_address: invite.email,
    license_type: invite.licence,
    status: invite.status,
    type: 'standard',
    group_ids: invite.groups,
    groups: groups.map((each) => viewHeldGroup(account, each)),
    redeemed_at: timestampOrNull(invite.redeemedAt, invite.id),
    created_at: timestamp(invite.createdAt, invite.id),
  };
}
