import type { AlertCondition } from '../../model/alert.js';
import type { MemberlessGroups } from '../../store/alerts-directories.js';
import { counted, someOf } from './words.js';

/** Members follow a group's push by minutes; what has none after this long has been given none. Milliseconds. */
export const membersFollowWithinMs = 3_600_000;

/** Groups that were pushed and never had a member: usually the people in them are not assigned to the application. */
export function groupsWithoutMembers(directory: string, groups: MemberlessGroups | undefined): AlertCondition[] {
  if (groups === undefined) return [];
  const { count, since, examples } = groups;
  return [
    {
      key: `groups-without-members:${directory}`,
      kind: 'groups-without-members',
      severity: 'notice',
      subject: { directory },
      since,
      words: {
        title: `directory ${directory}: ${counted(count, 'group was', 'groups were')} pushed and never had a member`,
        reason: `An identity provider sends only members who are assigned to its application: ${someOf(examples, count)}.`,
        action:
          'Assign the people of these groups to the application, or acknowledge this if the groups are meant to be empty.',
      },
    },
  ];
}
