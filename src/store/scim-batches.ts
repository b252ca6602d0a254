/**
 * Cuts a list into parts small enough for one statement. A fixed size also keeps the number of different statements,
 * and so of prepared ones, small.
 */
export function* batches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += batchSize) yield items.slice(start, start + batchSize);
}

const batchSize = 500;
