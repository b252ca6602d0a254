import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the receiver does with the next message; `hang` never answers. */
export type Answer =
  'hang' | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

/** Somebody's webhook: keeps what it is sent, and answers 200 unless told otherwise. */
export class Receiver {
  readonly received: Received[] = [];
  readonly #server: Server;
  readonly #answers: Answer[] = [];
  readonly #arrivals: (() => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        receiver.received.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
        for (const arrived of receiver.#arrivals.splice(0)) arrived();
        const answer = receiver.#answers.shift() ?? { status: 200 };
        if (answer === 'hang') return;
        response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  /** Holds what looks like a credential, as the addresses of chat services do. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/services/PLANTED-URL-SECRET`;
  }

  get bodies(): Record<string, unknown>[] {
    return this.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  }

  /** The next messages are answered so, in this order. */
  answer(...answers: readonly Answer[]): void {
    this.#answers.push(...answers);
  }

  /** Resolves with the next message. */
  arrival(): Promise<void> {
    return new Promise((resolve) => this.#arrivals.push(resolve));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
