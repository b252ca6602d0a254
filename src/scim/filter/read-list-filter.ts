import type { Filter } from '../../model/filter.js';
import type { ResourceSchema } from '../../model/resource-schema.js';
import { filterCost, storedTerm } from '../../store/filter-cost.js';
import { ScimError } from '../scim-error.js';
import { parseFilter } from './parse-filter.js';

/** How much a filter may ask of every resource of a directory. Identity providers ask for one to three terms. */
const mostWork = 16 * storedTerm;

/**
 * Reads the filter of a listing. One that an index answers may have as many terms as `parseFilter` allows; one that must
 * be asked of everybody has to be short.
 *
 * @throws {ScimError} 400 `invalidFilter`
 */
export function readListFilter(text: string, schema: ResourceSchema): Filter {
  const filter = parseFilter(text);
  const cost = filterCost(filter, schema);
  if (cost.kind === 'indexed' || cost.work <= mostWork) return filter;
  throw ScimError.badRequest(
    'invalidFilter',
    'The filter has too many terms on attributes that are not indexed; ask for fewer at once, or by id, userName, externalId or emails.value.',
  );
}
