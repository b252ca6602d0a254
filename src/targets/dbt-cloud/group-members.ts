import type { RemoteId } from '../../model/account.js';
import type { DbtGroup } from './dbt-group.js';
import type { DbtSession } from './session.js';

/**
 * Who is in a v2 group right now: as the group shows it, else from a complete list of people.
 *
 * @returns undefined when neither view shows memberships
 */
export async function membersOfGroup(
  session: DbtSession,
  group: DbtGroup,
  signal: AbortSignal,
): Promise<readonly RemoteId[] | undefined> {
  if (group.users !== undefined) return group.users;
  const users = await session.people.readUsers(signal);
  if (users.some((user) => user.groups === undefined)) return undefined;
  return users.filter((user) => user.groups?.includes(group.id)).map((user) => user.id);
}
