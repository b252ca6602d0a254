import type { Filter } from '../../model/filter.js';

export function parseFilter(_text: string): Filter {
  throw new Error('not yet');
}
