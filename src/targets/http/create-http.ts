import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance } from 'axios';

/** In bytes. A page of 100 accounts with all their groups stays far below it. */
const largestAnswer = 20 * 1024 * 1024;

/**
 * An HTTP client that hands back every answer as text, whatever its status, and follows no redirect: a redirect could
 * carry the credential to another host.
 */
export function createHttp(
  config: {
    readonly baseUrl: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly limits: { readonly concurrency: number };
  },
  { keepAlive }: { readonly keepAlive: boolean },
): AxiosInstance {
  const options = { keepAlive, maxSockets: config.limits.concurrency };
  return axios.create({
    baseURL: config.baseUrl,
    headers: {
      Accept: 'application/json',
      'Content-Type': 'application/json',
      'User-Agent': 'drawbridge',
      ...config.headers,
    },
    httpAgent: new HttpAgent(options),
    httpsAgent: new HttpsAgent(options),
    maxRedirects: 0,
    maxContentLength: largestAnswer,
    responseType: 'text',
    transformResponse: (text: string) => text,
    validateStatus: () => true,
  });
}
