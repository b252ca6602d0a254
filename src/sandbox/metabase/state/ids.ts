import type { SiteData } from './records.js';

/** The vendor's own user, far above all others. */
export const internalUserId = 13_371_338;

/** Inferred: ids are positive, ascending, and never used twice, whatever is deleted. */
export function nextId({ ids }: SiteData, kind: keyof SiteData['ids']): number {
  return ids[kind]++;
}

/** A UUID that is the same for the same id, so that states can be compared. */
export function uuidOf(id: number): string {
  return `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`;
}

/** A NanoID of 21 characters, likewise. */
export function entityIdOf(id: number): string {
  return String(id).padStart(21, 'gRp-');
}
