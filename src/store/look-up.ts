import { sql, type Kysely } from 'kysely';
import type { BoundFilter } from '../model/bind-filter.js';
import { prepared, type Prepared } from './prepared.js';
import { shownColumns, type ShownRow } from './shown-row.js';
import type { ResourceTable } from './stretches.js';
import type { Tables } from './tables.js';

/** What identity providers ask before each change: whose name, address or id is this? */
interface LookUp {
  readonly prepared: Prepared<{ directory: string; text: string; type: string }, ShownRow>;
  readonly text: string;
  readonly type: string;
}

/** Nobody has so many of one name or address. More is a list, to be had page by page. */
const most = 100;

/**
 * The resources a filter selects when it asks for one indexed value, in order of creation, by a query that is already
 * compiled: id, externalId, userName or displayName, and for users an e-mail address, with or without its type.
 *
 * Undefined when the filter is another, or when it selects too many: then it is to be answered like any filter.
 */
export async function lookUp(
  db: Kysely<Tables>,
  table: ResourceTable,
  directory: string,
  filter: BoundFilter,
): Promise<readonly ShownRow[] | undefined> {
  const found = lookUpOf(table, filter);
  if (found === undefined) return undefined;
  const rows = await found.prepared.all(db, { directory, text: found.text, type: found.type });
  return rows.length > most ? undefined : rows;
}

function lookUpOf(table: ResourceTable, filter: BoundFilter): LookUp | undefined {
  if (filter.kind === 'test') {
    const column = filter.path.length === 1 ? byColumn[table].get(filter.path[0] ?? '') : undefined;
    const text = column === undefined ? undefined : equalTo(filter, column.folded);
    return column === undefined || text === undefined ? undefined : { prepared: column.query, text, type: '' };
  }
  if (filter.kind !== 'any' || table !== 'scim_user' || filter.orNone) return undefined;
  if (filter.path.length !== 1 || filter.path[0] !== 'emails') return undefined;
  return emailLookUp(filter.filter);
}

function emailLookUp(filter: BoundFilter): LookUp | undefined {
  const terms = filter.kind === 'and' ? filter.filters : [filter];
  const texts = new Map<string, string>();
  for (const term of terms) {
    const text = equalTo(term, true);
    const name = term.kind === 'test' && term.path.length === 1 ? term.path[0] : undefined;
    if (text === undefined || (name !== 'value' && name !== 'type') || texts.has(name)) return undefined;
    texts.set(name, text);
  }
  const value = texts.get('value');
  if (value === undefined) return undefined;
  const type = texts.get('type');
  return type === undefined
    ? { prepared: byEmail, text: value, type: '' }
    : { prepared: byTypedEmail, text: value, type };
}

/** The text a term compares with, if it compares in the form the column is in. */
function equalTo(term: BoundFilter, folded: boolean): string | undefined {
  if (term.kind !== 'test' || term.test.operator !== 'eq') return undefined;
  const { operand } = term.test;
  return operand.kind === 'text' && operand.folded === folded ? operand.text : undefined;
}

type Column = 'id' | 'external_id' | 'user_name_folded' | 'display_name_folded';

interface Indexed {
  readonly query: LookUp['prepared'];
  readonly folded: boolean;
}

function by(table: ResourceTable, column: Column): Indexed {
  const query: LookUp['prepared'] = prepared((db, value) =>
    db
      .selectFrom(table)
      .select(shownColumns)
      .where(sql.ref<string>(column), '=', value('text'))
      .where('directory', '=', value('directory'))
      .where('deleted_at', 'is', null)
      .orderBy('seq')
      .limit(most + 1),
  );
  return { query, folded: column.endsWith('_folded') };
}

const byColumn: Readonly<Record<ResourceTable, ReadonlyMap<string, Indexed>>> = {
  scim_user: new Map([
    ['id', by('scim_user', 'id')],
    ['externalId', by('scim_user', 'external_id')],
    ['userName', by('scim_user', 'user_name_folded')],
    ['displayName', by('scim_user', 'display_name_folded')],
  ]),
  scim_group: new Map([
    ['id', by('scim_group', 'id')],
    ['externalId', by('scim_group', 'external_id')],
    ['displayName', by('scim_group', 'display_name_folded')],
  ]),
};

const byAddress = (withType: boolean): LookUp['prepared'] =>
  prepared((db, value) =>
    db
      .selectFrom('scim_user')
      .select(shownColumns)
      .where('seq', 'in', (users) =>
        users
          .selectFrom('scim_email')
          .select('user_seq')
          .where('value_folded', '=', value('text'))
          .$if(withType, (query) => query.where('type_folded', '=', value('type'))),
      )
      .where('directory', '=', value('directory'))
      .where('deleted_at', 'is', null)
      .orderBy('seq')
      .limit(most + 1),
  );

const byEmail = byAddress(false);
const byTypedEmail = byAddress(true);
