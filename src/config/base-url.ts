/**
 * The one form of a target's address: scheme and host in lower case, no default port, no dot after the host, no slash at
 * the end, and without the `/api/v2` an operator may have copied along. A path prefix stays.
 *
 * @returns undefined when it is not an http or https address, or holds a user name, a query or a fragment
 */
export function canonicalBaseUrl(text: string): string | undefined {
  if (!URL.canParse(text.trim())) return undefined;
  const url = new URL(text.trim());
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return undefined;

  const port = url.port === '' ? '' : `:${url.port}`;
  const path = url.pathname
    .replace(/\/{2,}/g, '/')
    .replace(/\/$/, '')
    .replace(/\/api(\/v[23])?$/, '');
  return `${url.protocol}//${url.hostname.replace(/\.$/, '')}${port}${path}`;
}

/** Whether what is sent to this address never leaves the machine. */
export function isLoopback(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
