import type { Work } from './load-work.js';
import type { Plan } from './plan.js';

/** A membership that can only be given once its account, or its group, is there. */
export interface FollowingGrant {
  readonly subject: string;
  readonly email: string;
  readonly groupName: string;
}

/**
 * What a plan's changes make possible: the memberships of people who get an account, or get it back, and of groups that
 * are made. A reconciliation plans them after its next look; whoever reads the plan wants to know them now.
 */
export function listFollowing(work: Work, plan: Plan): FollowingGrant[] {
  const findings = new Map(plan.accounts.map((finding) => [finding.subject, finding]));
  const groups = new Map(plan.groups.map((finding) => [finding.key, finding]));
  return work.accounts.flatMap(({ subject, desired }) => {
    const finding = findings.get(subject);
    if (desired.kind !== 'account' || !desired.account.active || finding === undefined) return [];
    const { email, entitlements } = desired.account;
    return [...entitlements].flatMap((key) => {
      const group = groups.get(key);
      if (group === undefined || group.state === 'failed' || group.state === 'unsupported') return [];
      const holds = group.remoteId !== undefined && finding.account?.groups.has(group.remoteId) === true;
      const isPlannedNow = finding.account?.active === true && group.remoteId !== undefined;
      return holds || isPlannedNow ? [] : [{ subject, email, groupName: group.name }];
    });
  });
}
