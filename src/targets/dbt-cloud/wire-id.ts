import { z } from 'zod';
import type { RemoteId } from '../../model/account.js';

/** An id as dbt Cloud writes it: an integer, seen as text where it is the key of an object. */
export const idAnswer = z.union([z.number().int(), z.string().min(1)]);

/** An id as dbt Cloud wants it in a body: an integer. */
export function wireId(id: RemoteId): number | string {
  return /^\d{1,15}$/.test(id) ? Number(id) : id;
}
