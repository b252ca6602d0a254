import type { IdentityProvider } from './identity-provider.js';
import type { ScimRequest } from './step.js';

/** What came back, before anybody judges it. */
export interface ScimAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly location: string | undefined;
  /** Parsed; the text itself where it is no JSON, undefined where there is none. */
  readonly body: unknown;
}

export interface Endpoint {
  /** The directory's base URL, such as `http://127.0.0.1:8080/scim/v2`. */
  readonly base: string;
  readonly token: string;
  fetch(url: string, init: RequestInit): Promise<Response>;
}

/** Sends one request with the headers that identity provider sends. Rejects only when there is no answer. */
export async function callScim(endpoint: Endpoint, idp: IdentityProvider, request: ScimRequest): Promise<ScimAnswer> {
  const writes = request.body !== undefined;
  const response = await endpoint.fetch(`${endpoint.base}${request.path}`, {
    method: request.method,
    headers: {
      ...idp.headers,
      ...(writes ? idp.writeHeaders : {}),
      Authorization: `Bearer ${endpoint.token}`,
    },
    signal: AbortSignal.timeout(answerWithinMs),
    ...(writes ? { body: JSON.stringify(request.body) } : {}),
  });
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    location: response.headers.get('location') ?? undefined,
    body: parsed(await response.text()),
  };
}

/** Okta closes the connection after a minute, the least patient identity provider after half of that. */
const answerWithinMs = 30_000;

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
