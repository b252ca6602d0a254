import { Buffer } from 'node:buffer';
import { connect } from 'node:net';

/**
 * One kept-alive HTTP/1.1 connection that sends one request at a time. Far lighter than node:http, so that on two cores
 * the server is what is measured.
 */
export class Connection {
  #socket;
  #head;
  #pending;
  #parts = [];
  #size = 0;

  /** @param headers sent with each request, by name. */
  static async open(url, headers) {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new Connection(socket, `Host: ${hostname}:${port}\r\n${linesOf(headers)}`);
  }

  constructor(socket, head) {
    this.#socket = socket;
    this.#head = head;
    socket.on('data', (chunk) => this.#receive(chunk));
    for (const event of ['error', 'close']) {
      socket.on(event, () => this.#settle({ status: 0, body: Buffer.alloc(0) }));
    }
  }

  /** Resolves to the answer; a broken connection is an answer of status 0. */
  send({ method, path, body }) {
    const payload = body === undefined ? '' : JSON.stringify(body);
    const entity =
      body === undefined
        ? ''
        : `Content-Type: application/scim+json\r\nContent-Length: ${Buffer.byteLength(payload)}\r\n`;
    return new Promise((resolve) => {
      this.#pending = resolve;
      this.#socket.write(`${method} ${path} HTTP/1.1\r\n${this.#head}${entity}\r\n${payload}`);
    });
  }

  close() {
    this.#socket.destroy();
  }

  #receive(chunk) {
    this.#parts.push(chunk);
    this.#size += chunk.length;
    if (this.#wanted !== undefined && this.#size < this.#wanted) return;
    const received = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts);
    this.#parts = [received];
    const answer = parse(received);
    if (typeof answer === 'number') this.#wanted = answer;
    else this.#settle(answer);
  }

  /** How many bytes make the answer complete, once that is known. */
  #wanted;

  #settle(answer) {
    const settle = this.#pending;
    this.#pending = undefined;
    this.#parts = [];
    this.#size = 0;
    this.#wanted = undefined;
    settle?.(answer);
  }
}

const linesOf = (headers) =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');

/** The answer, or how many bytes it will have at least. */
function parse(received) {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return received.length + 1;
  const head = received.latin1Slice(0, end).toLowerCase();
  const status = Number(head.slice(9, 12));
  const start = end + 4;
  if (head.includes('\r\ntransfer-encoding: chunked')) return chunked(received, start, status);
  const length = Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0);
  if (received.length < start + length) return start + length;
  return { status, body: received.subarray(start, start + length) };
}

function chunked(received, start, status) {
  const parts = [];
  for (let at = start; ;) {
    const line = received.indexOf('\r\n', at);
    if (line === -1) return received.length + 1;
    const size = Number.parseInt(received.latin1Slice(at, line), 16);
    if (received.length < line + 2 + size + 2) return line + 2 + size + 2;
    if (size === 0) return { status, body: Buffer.concat(parts) };
    parts.push(received.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
