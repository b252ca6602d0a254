import type { Reply } from '../../kit/reply.js';
import { hasTenants } from '../state/magic-groups.js';
import type { User } from '../state/records.js';
import { field } from '../state/refusal.js';
import type { Site } from '../state/site.js';
import { texts } from '../texts.js';
import { pageOf, pagingOf } from '../wire/page.js';
import { ok } from '../wire/replies.js';
import type { Call } from '../wire/route.js';
import { requireAdmin } from '../wire/route.js';
import { viewListed } from './view-user.js';

/** `GET /api/user`: people only, never the users of keys. By default neither deactivated people nor those of tenants. */
export function listUsers(call: Call): Reply {
  requireAdmin(call);
  const { site, query } = call;
  const paging = pagingOf(query);
  const tests = [activityTest(query), searchTest(site, query.get('query')), groupTest(site, query), tenancyTest(call)];
  const people = [...site.data.users.values()].filter((each) => each.type === 'personal');
  const matching = byName(people.filter((user) => tests.every((test) => test(user))));
  const data = pageOf(matching, paging).map((each) => viewListed(site, each));
  return ok({ data, total: matching.length, ...paging });
}

type UserTest = (user: User) => boolean;

function activityTest(query: URLSearchParams): UserTest {
  const status = query.get('status');
  // The older parameter wins over the newer one.
  if (query.get('include_deactivated') === 'true' || status === 'all') return () => true;
  return status === 'deactivated' ? (user) => !user.active : (user) => user.active;
}

/** The text goes into a SQL LIKE as it is. */
function searchTest({ rules }: Site, text: string | null): UserTest {
  if (text === null || text === '') return () => true;
  const escaped = text.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = rules.searchWildcards ? escaped.replaceAll('%', '.*').replaceAll('_', '.') : escaped;
  const like = new RegExp(pattern, 's');
  return ({ firstName, lastName, email }) =>
    [firstName, lastName, email].some((each) => each !== null && like.test(each.toLowerCase()));
}

function groupTest({ data }: Site, query: URLSearchParams): UserTest {
  const groupId = query.get('group_id');
  return groupId === null ? () => true : (user) => data.memberships.find(user.id, Number(groupId)) !== undefined;
}

function tenancyTest({ site, query }: Call): UserTest {
  const { rules } = site;
  const isInternal: UserTest = (user) => user.tenantId === null;
  if (rules.tenancyParameter === 'ignored') return hasTenants(rules) ? isInternal : () => true;
  const [tenancy, tenantId] = [query.get('tenancy'), query.get('tenant_id')];
  if (tenancy !== null && tenantId !== null) throw field('tenancy', texts.tenancyConflict);
  if (tenantId !== null) return (user) => user.tenantId === Number(tenantId);
  if (tenancy === 'all') return () => true;
  return tenancy === 'external' ? (user) => !isInternal(user) : isInternal;
}

/** Not the order of ids: a rename between two pages moves people from one to the other. */
function byName(users: readonly User[]): User[] {
  const keyed = users.map((user) => ({ user, first: lower(user.firstName), last: lower(user.lastName) }));
  keyed.sort((a, b) => compare(a.first, b.first) || compare(a.last, b.last) || a.user.id - b.user.id);
  return keyed.map(({ user }) => user);
}

function lower(name: string | null): string | null {
  return name === null ? null : name.toLowerCase();
}

/** Those without a name come last, as PostgreSQL sorts them. */
function compare(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : 1;
}
