/** What callers of every fake share. */

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body; undefined when it says it is no JSON, or is none. */
  readonly json: unknown;
}

export async function readAnswer(response: Response): Promise<RawAnswer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, text, json: isJson ? parsed(text) : undefined };
}

/** Calls the control over HTTP, as curl would. */
export async function control(fake: { readonly url: string }, method: 'GET' | 'POST', path: string, body?: unknown) {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${fake.url}/_control${path}`, { method, headers, ...init });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Fakes started by a test file, so that each test can end its own. */
export function runningFakes() {
  const running: { close(): Promise<void> }[] = [];
  return {
    keep: <F extends { close(): Promise<void> }>(fake: F): F => {
      running.push(fake);
      return fake;
    },
    stop: async (): Promise<void> => {
      await Promise.all(running.splice(0).map((fake) => fake.close()));
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
