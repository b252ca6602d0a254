/** A request's address, taken apart once. */
export interface ScimPath {
  /** From `/scim` on, each slash single, none at the end. */
  readonly path: string;
  /** The query string with its question mark, or nothing. */
  readonly query: string;
}

/**
 * The path of a request below `/scim`; undefined for any other. Joined URLs often have a slash too many; a redirect would
 * turn POST into GET in some clients, so all forms work.
 */
export function scimPathOf(url: string): ScimPath | undefined {
  if (!belowScim.test(url)) return undefined;
  const end = url.indexOf('?');
  const given = end === -1 ? url : url.slice(0, end);
  const single = given.includes('//') ? given.replace(/\/{2,}/g, '/') : given;
  const path = single.endsWith('/') ? single.slice(0, -1) : single;
  return { path, query: end === -1 ? '' : url.slice(end) };
}

const belowScim = /^\/+scim(?:[/?]|$)/i;
