import { z } from 'zod';
import { withLowerCaseKeys } from './json.js';
import { ScimError } from './scim-error.js';

const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

const names = z.union([z.string(), z.array(z.string())]).transform((given) => [given].flat().join(','));
const number = z.union([z.number(), z.string()]);

const searchRequest = z.object({
  schemas: z.array(z.string()).refine((urns) => urns.some((urn) => urn.toLowerCase() === searchUrn.toLowerCase()), {
    message: `must contain ${searchUrn}`,
  }),
  filter: z.string().optional(),
  sortby: z.string().optional(),
  sortorder: z.string().optional(),
  startindex: number.optional(),
  count: number.optional(),
  cursor: z.string().optional(),
  attributes: names.optional(),
  excludedattributes: names.optional(),
});

/** The parameters of a SearchRequest (RFC 7644 §3.4.3), as a query string would give them. */
export type SearchRequest = {
  readonly filter: string | undefined;
  readonly sortBy: string | undefined;
  readonly sortOrder: string | undefined;
  readonly startIndex: string | number | undefined;
  readonly count: string | number | undefined;
  readonly cursor: string | undefined;
  readonly attributes: string | undefined;
  readonly excludedAttributes: string | undefined;
};

/**
 * Reads a SearchRequest; names count in any case, null as absent.
 *
 * @throws {ScimError} 400 invalidSyntax
 */
export function readSearchRequest(body: unknown): SearchRequest {
  const result = searchRequest.safeParse(withLowerCaseKeys(body));
  if (!result.success) {
    const [issue] = result.error.issues;
    const place = issue?.path.join('.') ?? '';
    throw ScimError.badRequest('invalidSyntax', `SearchRequest: ${place === '' ? 'body' : place} ${issue?.message}`);
  }
  const { startindex, sortby, sortorder, excludedattributes, filter, count, cursor, attributes } = result.data;
  return {
    filter,
    sortBy: sortby,
    sortOrder: sortorder,
    startIndex: startindex,
    count,
    cursor,
    attributes,
    excludedAttributes: excludedattributes,
  };
}
