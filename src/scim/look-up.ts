import { bindFilter } from '../model/bind-filter.js';
import { lookUp } from '../store/look-up.js';
import type { Listed } from '../store/list-resources.js';
import { readListFilter } from './filter/read-list-filter.js';
import type { ListParameters } from './list-parameters.js';
import { schemaOf } from './schema/resource-schemas.js';
import type { Services } from './services.js';
import type { ListPart } from './walk-page.js';

/**
 * The page of a listing that asks for one indexed value, which is what identity providers ask before each change: the
 * query for it is compiled already. Undefined for every other listing.
 *
 * @throws {ScimError} 400 `invalidFilter`
 */
export async function lookUpPart(
  { store }: Services,
  directory: string,
  type: 'User' | 'Group',
  { filter, sortBy, paging }: ListParameters,
): Promise<ListPart | undefined> {
  if (filter === undefined || sortBy !== undefined || paging.kind === 'cursor') return undefined;
  const schema = schemaOf(type);
  const table = type === 'User' ? 'scim_user' : 'scim_group';
  const rows = await lookUp(store.db, table, directory, bindFilter(readListFilter(filter, schema), schema));
  if (rows === undefined) return undefined;
  const { startIndex, count } = paging;
  const items = rows
    .slice(startIndex - 1, startIndex - 1 + count)
    .map((row): Listed => ({ table, key: null, seq: row.seq, row }));
  return { items, totalResults: rows.length, startIndex };
}
