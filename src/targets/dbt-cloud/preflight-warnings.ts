import { isBuiltIn, type DbtGroup } from './dbt-group.js';
import type { Seats } from './seats.js';

/** Groups another authority fills: at every single sign-on dbt sets a person's groups to mapped plus default ones. */
export function warnAboutGroups(groups: readonly DbtGroup[]): string[] {
  const live = groups.filter((group) => !group.deleted);
  const mapped = live.filter((group) => group.ssoMappings.length > 0).map((group) => group.name);
  const managed = live.filter((group) => group.scimManaged).map((group) => group.name);
  return [
    ...(mapped.length === 0
      ? []
      : [`Single sign-on mappings fill these groups too and may undo changes at the next login: ${names(mapped)}.`]),
    ...(managed.length === 0
      ? []
      : [`dbt Cloud's own SCIM manages these groups; they are left alone: ${names(managed)}.`]),
    ...(live.every(isBuiltIn) && live.length > 0
      ? [
          'The account has only the built-in groups; map pushed groups to them in groups.map where groups cannot be made.',
        ]
      : []),
  ];
}

export function warnAboutSeats(seats: readonly Seats[] | undefined): string[] {
  return (seats ?? [])
    .filter((each) => each.total > 0 && each.available <= 0)
    .map((each) => `No ${each.licence} licence is free (${each.total} in all): invitations for it will be refused.`);
}

/** Custom groups are an Enterprise feature (docs.getdbt.com, self-service permissions); read 2026-08. */
export function warnAboutPlan(plan: string | undefined): string[] {
  if (plan === undefined || !/^(starter|team|developer|free)/i.test(plan)) return [];
  return [
    `The plan is ${plan}: dbt Cloud offers custom groups on Enterprise plans only, so new groups may be refused.`,
  ];
}

function names(all: readonly string[]): string {
  const shown = all.slice(0, 10).join(', ');
  return all.length > 10 ? `${shown} and ${all.length - 10} more` : shown;
}
