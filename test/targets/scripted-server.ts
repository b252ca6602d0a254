import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  /** Below the root, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly header: (name: string) => string | undefined;
}

export interface Said {
  readonly status?: number;
  /** A text goes out as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ScriptedServer {
  readonly url: string;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

/** A server that says whatever a test has it say, for what no well-meant fake would. */
export async function scriptedServer(say: (asked: Asked) => Said | undefined): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      const call: Asked = {
        method: request.method ?? 'GET',
        path: pathname,
        query: searchParams,
        body: text === '' ? undefined : (JSON.parse(text) as unknown),
        header: (name) => request.headers[name]?.toString(),
      };
      asked.push(call);
      const { status = 200, body, headers } = say(call) ?? { status: 404, body: { detail: 'Nothing here.' } };
      const out = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
      response.writeHead(status, { 'content-type': 'application/scim+json', ...headers }).end(out);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A list as RFC 7644 has it, paging honoured. */
export function listOf(resources: readonly object[], query: URLSearchParams): Said {
  const start = Number(query.get('startIndex') ?? 1) - 1;
  const Resources = resources.slice(start, start + Number(query.get('count') ?? 100));
  return { body: { totalResults: resources.length, Resources } };
}
