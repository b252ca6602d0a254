import type { Filter } from '../../model/filter.js';
import { ScimError } from '../scim-error.js';
import type { PatchOperation } from './patch-operation.js';

/** How many elements one PATCH may look at, all operations and filter terms together: a tenth of a second. */
const mostLooks = 200_000;

/**
 * Counts what operations on lists cost, so that a request of a megabyte cannot keep everybody waiting: a thousand
 * operations may meet a thousand e-mail addresses with hundreds of terms each.
 */
export class PatchWork {
  #looks = 0;

  /** @throws {ScimError} 400 `invalidValue` once it is too much. */
  add(elements: readonly unknown[], { target, value }: PatchOperation): void {
    const terms = target.filter === undefined ? 1 : termsOf(target.filter);
    this.#looks += (elements.length + (Array.isArray(value) ? value.length : 1)) * terms;
    if (this.#looks <= mostLooks) return;
    throw ScimError.badRequest('invalidValue', 'The operations on long lists are too many for one request.');
  }
}

function termsOf(filter: Filter): number {
  if (filter.kind === 'and' || filter.kind === 'or')
    return filter.filters.reduce((sum, each) => sum + termsOf(each), 0);
  return filter.kind === 'not' || filter.kind === 'valuePath' ? termsOf(filter.filter) : 1;
}
