import { z } from 'zod';
import type { Licence } from '../../model/account.js';

/** How many licences of one type are left, where the type is limited at all. */
export interface Seats {
  readonly licence: Licence;
  readonly total: number;
  readonly available: number;
}

const row = z.looseObject({
  license_type: z.string().nullish(),
  limited: z.boolean().nullish(),
  total: z.number().nullish(),
  available: z.number().nullish(),
});

/** Both forms are accepted: an object keyed by licence type, and a list whose rows name theirs. */
export const seatsAnswer = z
  .union([
    z.array(row),
    z
      .record(z.string(), z.union([row, z.unknown()]))
      .transform((byType) => Object.entries(byType).map(([type, seats]) => named(type, seats))),
  ])
  .transform((rows) => rows.flatMap((each) => toSeats(each)));

function named(type: string, seats: unknown): z.infer<typeof row> {
  const parsed = row.safeParse(seats);
  return parsed.success ? { ...parsed.data, license_type: type } : { license_type: type };
}

function toSeats(raw: z.infer<typeof row>): Seats[] {
  const { license_type: licence, limited, total, available } = raw;
  if (typeof licence !== 'string' || limited === false) return [];
  if (typeof total !== 'number' || typeof available !== 'number') return [];
  return [{ licence, total, available }];
}
