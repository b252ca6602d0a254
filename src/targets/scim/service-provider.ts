import { z } from 'zod';

/** What a server says of itself (RFC 7643 §5; paging: RFC 9865 §4). Undefined: it does not say. */
export interface ServiceProvider {
  readonly patch: boolean | undefined;
  readonly filter: boolean | undefined;
  /** The most resources one answer holds. */
  readonly maxResults: number | undefined;
}

const supported = z.looseObject({ supported: z.boolean().nullish() }).nullish().catch(undefined);
const size = z.number().int().positive().nullish().catch(undefined);

export const serviceProviderAnswer: z.ZodType<ServiceProvider> = z
  .looseObject({
    patch: supported,
    filter: z.looseObject({ supported: z.boolean().nullish(), maxResults: size }).nullish().catch(undefined),
    pagination: z.looseObject({ maxPageSize: size }).nullish().catch(undefined),
  })
  // Any JSON object would do otherwise, such as an error with status 200.
  .refine((raw) => 'patch' in raw || 'filter' in raw || 'authenticationSchemes' in raw, 'no service provider')
  .transform(({ patch, filter, pagination }) => ({
    patch: patch?.supported ?? undefined,
    filter: filter?.supported ?? undefined,
    maxResults: smallest(filter?.maxResults, pagination?.maxPageSize),
  }));

function smallest(...sizes: readonly (number | null | undefined)[]): number | undefined {
  const named = sizes.filter((each) => typeof each === 'number');
  return named.length === 0 ? undefined : Math.min(...named);
}
