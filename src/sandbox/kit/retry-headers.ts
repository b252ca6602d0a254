import { z } from 'zod';

/** How a 429 tells the caller when to come back; `vendor` is a header of the vendor's own. */
export const retryHeaderSchema = z.enum(['seconds', 'http-date', 'vendor', 'both', 'none']);
export type RetryHeader = z.infer<typeof retryHeaderSchema>;

/**
 * The headers of a 429.
 *
 * @param vendorHeader the name of the vendor's own header; without one, the forms that use it leave it out
 */
export function retryHeaders(
  form: RetryHeader,
  waitMs: number,
  now: number,
  vendorHeader: string | undefined,
): Record<string, string> {
  const seconds = String(Math.ceil(waitMs / 1000));
  const vendor = vendorHeader === undefined ? {} : { [vendorHeader]: seconds };
  switch (form) {
    case 'seconds':
      return { 'retry-after': seconds };
    case 'http-date':
      // RFC 9110 §10.2.3; a date has whole seconds, so it is rounded up: never an invitation to come early.
      return { 'retry-after': new Date(Math.ceil((now + waitMs) / 1000) * 1000).toUTCString() };
    case 'vendor':
      return vendor;
    case 'both':
      return { 'retry-after': seconds, ...vendor };
    case 'none':
      return {};
  }
}
