import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { z } from 'zod';
import { RateBudget } from '../../src/targets/http/rate-budget.js';
import { reasonInWords } from '../../src/targets/http/reason-in-words.js';
import { retryAfterMs } from '../../src/targets/http/retry-after.js';
import { TargetClient, type Call, type TargetClientConfig } from '../../src/targets/target-client.js';
import { TargetError } from '../../src/targets/target-error.js';

const secret = 'dbtc_s3cr3t-T0ken';
const never = new AbortController().signal;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A vendor of one handler that counts what reaches it. */
class Vendor {
  readonly #server: Server;
  handle: Handler = (_, response) => response.end('{"data":1}');
  requests = 0;
  atOnce = 0;
  mostAtOnce = 0;
  readonly sockets = new Set<unknown>();

  constructor() {
    this.#server = createServer((request, response) => {
      this.requests += 1;
      this.atOnce += 1;
      this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
      this.sockets.add(request.socket);
      response.once('close', () => (this.atOnce -= 1));
      this.handle(request, response);
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

let vendor: Vendor;
let url: string;
let now = 0;

beforeEach(async () => {
  vendor = new Vendor();
  url = await vendor.listen();
  now = Date.UTC(2026, 0, 5);
});
afterEach(() => vendor.close());

function clientOf(config: Partial<TargetClientConfig> = {}, timeoutMs = 10_000): TargetClient {
  const reasonIn = (body: unknown) => z.object({ message: z.string() }).safeParse(body).data?.message;
  const whole = {
    label: 'Vendor',
    baseUrl: url,
    headers: { Authorization: `Token ${secret}` },
    secrets: [secret],
    limits: { perMinute: 10_000, concurrency: 4 },
    unhintedPauseMs: 300_000,
    reasonIn,
    ...config,
  };
  return new TargetClient(whole, { now: () => now, timeoutMs });
}

const answer = z.object({ data: z.number() });
const read: Call<unknown> = { method: 'GET', path: '/api/users/', answer, repeatable: true, signal: never };
const write: Call<unknown> = { ...read, method: 'POST', body: { email: 'ada@acme.test' }, repeatable: false };
const repeatableWrite: Call<unknown> = { ...write, repeatable: true };

const failureOf = (promise: Promise<unknown>): Promise<TargetError> =>
  promise.then(
    () => Promise.reject(new Error('expected a failure')),
    (error: unknown) => error as TargetError,
  );
const reply =
  (status: number, body = '', headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    response.writeHead(status, headers).end(body);
const reset: Handler = (request) => request.socket.resetAndDestroy();

describe('every failure becomes the error whose consequence fits', () => {
  test.each([
    { what: '401', handle: reply(401), read: 'UNAUTHORIZED', write: 'UNAUTHORIZED', repeatable: 'UNAUTHORIZED' },
    { what: '403', handle: reply(403), read: 'UNAUTHORIZED', write: 'REJECTED', repeatable: 'REJECTED' },
    { what: '400', handle: reply(400), read: 'REJECTED', write: 'REJECTED', repeatable: 'REJECTED' },
    { what: '404', handle: reply(404), read: 'REJECTED', write: 'REJECTED', repeatable: 'REJECTED' },
    { what: '409', handle: reply(409), read: 'REJECTED', write: 'REJECTED', repeatable: 'REJECTED' },
    { what: '422', handle: reply(422), read: 'REJECTED', write: 'REJECTED', repeatable: 'REJECTED' },
    { what: '429', handle: reply(429), read: 'RATE_LIMITED', write: 'RATE_LIMITED', repeatable: 'RATE_LIMITED' },
    { what: '408', handle: reply(408), read: 'UNAVAILABLE', write: 'OUTCOME_UNKNOWN', repeatable: 'UNAVAILABLE' },
    { what: '500', handle: reply(500), read: 'UNAVAILABLE', write: 'OUTCOME_UNKNOWN', repeatable: 'UNAVAILABLE' },
    { what: '504', handle: reply(504), read: 'UNAVAILABLE', write: 'OUTCOME_UNKNOWN', repeatable: 'UNAVAILABLE' },
    { what: 'a reset', handle: reset, read: 'UNAVAILABLE', write: 'OUTCOME_UNKNOWN', repeatable: 'UNAVAILABLE' },
    {
      what: 'half a body, then the line cut',
      handle: ((_, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{"data"', () => response.socket?.destroy());
      }) satisfies Handler,
      read: 'UNAVAILABLE',
      write: 'OUTCOME_UNKNOWN',
      repeatable: 'UNAVAILABLE',
    },
    {
      what: 'half a document, well delivered',
      handle: reply(200, '{"data":'),
      read: 'UNEXPECTED_RESPONSE',
      write: 'OUTCOME_UNKNOWN',
      repeatable: 'OUTCOME_UNKNOWN',
    },
    {
      what: 'a login page',
      handle: reply(200, '<!doctype html><title>Sign in</title>'),
      read: 'UNEXPECTED_RESPONSE',
      write: 'OUTCOME_UNKNOWN',
      repeatable: 'OUTCOME_UNKNOWN',
    },
    {
      what: 'another shape',
      handle: reply(200, '{"data":"one"}'),
      read: 'UNEXPECTED_RESPONSE',
      write: 'OUTCOME_UNKNOWN',
      repeatable: 'OUTCOME_UNKNOWN',
    },
    {
      what: 'a redirect',
      handle: reply(302, '', { location: 'https://login.example/x' }),
      read: 'UNEXPECTED_RESPONSE',
      write: 'UNEXPECTED_RESPONSE',
      repeatable: 'UNEXPECTED_RESPONSE',
    },
  ])('$what: read $read, write $write, repeatable write $repeatable', async (row) => {
    vendor.handle = row.handle;
    for (const [call, code] of [
      [read, row.read],
      [write, row.write],
      [repeatableWrite, row.repeatable],
    ] as const) {
      const before = vendor.requests;
      expect(await failureOf(clientOf().send(call))).toMatchObject({ name: 'TargetError', code });
      expect(vendor.requests - before).toBe(1);
    }
  });

  test('nobody listening: never sent, and the host is named', async () => {
    await vendor.close();
    const error = await failureOf(clientOf().send(write));
    expect(error).toMatchObject({ code: 'NEVER_SENT' });
    expect(error.message).toContain(url);
    vendor = new Vendor();
    await vendor.listen();
  });

  test('a name nobody knows: never sent', async () => {
    const error = await failureOf(clientOf({ baseUrl: 'http://nobody.invalid' }).send(write));
    expect(error).toMatchObject({ code: 'NEVER_SENT' });
  });

  test('a server that does not speak TLS: never sent', async () => {
    const error = await failureOf(clientOf({ baseUrl: url.replace('http:', 'https:') }).send(write));
    expect(error).toMatchObject({ code: 'NEVER_SENT' });
    expect(vendor.requests).toBe(0);
  });

  test.each([
    { what: 'silence', handle: (() => undefined) as Handler },
    {
      what: 'a body that drips without end',
      handle: ((_, response) => {
        const drip = setInterval(() => response.write(' '), 20);
        response.once('close', () => clearInterval(drip));
      }) satisfies Handler,
    },
  ])('$what is given up on as a whole', async ({ handle }) => {
    vendor.handle = handle;
    const client = clientOf({}, 300);
    expect(await failureOf(client.send(read))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await failureOf(client.send(write))).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  });

  test('a redirect is named and not followed', async () => {
    vendor.handle = reply(307, '', { location: 'https://elsewhere.example/api?x=1' });
    const error = await failureOf(clientOf().send(write));
    expect(error.message).toContain('https://elsewhere.example;');
    expect(vendor.requests).toBe(1);
  });

  test('an answer without end is not read to the end', async () => {
    vendor.handle = (_, response) => response.end(' '.repeat(21 * 1024 * 1024));
    expect(await failureOf(clientOf().send(read))).toMatchObject({ code: 'UNEXPECTED_RESPONSE' });
  });

  test('an empty answer is data too, where the caller expects none', async () => {
    vendor.handle = reply(204);
    await expect(clientOf().send({ ...write, answer: z.undefined() })).resolves.toBeUndefined();
  });
});

describe('the reason is the vendor’s own, in words', () => {
  test.each([
    { body: '{"message":"No developer license available."}', words: 'No developer license available.' },
    { body: '<html><head><title>502 Bad\n Gateway</title></head><body>x</body></html>', words: '502 Bad Gateway' },
    { body: '<!DOCTYPE html><html></html>', words: 'an HTML page' },
    { body: 'Unauthenticated', words: 'Unauthenticated' },
    { body: '', words: 'no reason given' },
    { body: '{}', words: 'no reason given' },
  ])('$body → $words', async ({ body, words }) => {
    vendor.handle = reply(400, body);
    const error = await failureOf(clientOf().send(write));
    expect(error).toMatchObject({ code: 'REJECTED', status: 400 });
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('<');
  });

  test('never longer than 300 characters', () => {
    expect(reasonInWords('x'.repeat(1_000))).toHaveLength(300);
  });
});

test('the credential is in no error, wherever the vendor echoes it', async () => {
  const echo = `{"message":"bad header Authorization: Token ${secret}"}`;
  const handlers: Handler[] = [
    reply(401, echo),
    reply(403, echo),
    reply(400, `${'x'.repeat(290)}${secret}`),
    reply(500, echo),
    reply(429, echo),
    reply(302, '', { location: `https://${secret}.example/` }),
    reply(200, `<html><title>${secret}</title>`),
    reply(200, `{"data":{"${secret}":true}}`),
    reset,
  ];
  const shape = z.object({ data: z.record(z.string(), z.string()) });
  const errors: unknown[] = [];
  for (const handle of handlers) {
    vendor.handle = handle;
    for (const call of [read, write]) errors.push(await failureOf(clientOf().send({ ...call, answer: shape })));
  }
  errors.push(await failureOf(clientOf({ baseUrl: 'http://127.0.0.1:1' }).send(write)));
  for (const error of errors) {
    expect(error).toBeInstanceOf(TargetError);
    const all = [
      inspect(error, { depth: 20, showHidden: true }),
      JSON.stringify(error),
      String((error as Error).stack),
    ].join('\n');
    expect(all.toLowerCase()).not.toContain(secret.toLowerCase());
    expect(all).not.toContain(secret.slice(0, 8));
    expect((error as Error).cause).toBeUndefined();
  }
});

describe('Retry-After', () => {
  const at = Date.UTC(2026, 0, 5);
  test.each([
    { headers: { 'retry-after': '7' }, wait: 7_000 },
    { headers: { 'retry-after': '1.5' }, wait: 1_500 },
    { headers: { 'retry-after': 'Mon, 05 Jan 2026 00:02:00 GMT' }, wait: 120_000 },
    { headers: { 'x-rate-limit-retry-after-seconds': '300' }, wait: 300_000 },
    { headers: { 'retry-after': '2', 'x-rate-limit-retry-after-seconds': '9' }, wait: 9_000 },
    { headers: { 'retry-after': '0' }, wait: 1_000 },
    { headers: { 'retry-after': 'Sun, 04 Jan 2026 00:00:00 GMT' }, wait: 1_000 },
    { headers: { 'retry-after': '999999999' }, wait: 3_600_000 },
    { headers: { 'retry-after': '-5' }, wait: undefined },
    { headers: { 'retry-after': 'soon' }, wait: undefined },
    { headers: {}, wait: undefined },
  ])('$headers → $wait ms', ({ headers, wait }) => {
    expect(retryAfterMs(headers, at)).toBe(wait);
  });

  test('a pause is the whole target’s: nothing is sent before it is over', async () => {
    const client = clientOf();
    vendor.handle = reply(429, '', { 'retry-after': '30' });
    expect(await failureOf(client.send(write))).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 30_000 });
    vendor.handle = reply(200, '{"data":1}');
    now += 29_999;
    expect(await failureOf(client.send(read))).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 1 });
    expect(vendor.requests).toBe(1);
    now += 1;
    await expect(client.send(read)).resolves.toEqual({ data: 1 });
  });

  test('calls already waiting in line are not sent into a pause either', async () => {
    const client = clientOf({ limits: { perMinute: 10_000, concurrency: 1 } });
    vendor.handle = reply(429);
    const errors = await Promise.all([read, write, read].map((call) => failureOf(client.send(call))));
    expect(errors.map((error) => error.code)).toEqual(['RATE_LIMITED', 'RATE_LIMITED', 'RATE_LIMITED']);
    expect(errors[0]?.retryAfterMs).toBe(300_000);
    expect(vendor.requests).toBe(1);
  });

  test('a 503 that names a time is obeyed like a 429', async () => {
    const client = clientOf();
    vendor.handle = reply(503, '', { 'retry-after': '5' });
    expect(await failureOf(client.send(read))).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 5_000 });
    expect(await failureOf(client.send(read))).toMatchObject({ code: 'RATE_LIMITED' });
    expect(vendor.requests).toBe(1);
  });
});

describe('limits', () => {
  test('no more calls at once than allowed', async () => {
    const client = clientOf({ limits: { perMinute: 10_000, concurrency: 3 } });
    vendor.handle = (_, response) => setImmediate(() => response.end('{"data":1}'));
    await Promise.all(Array.from({ length: 20 }, () => client.send(read)));
    expect(vendor.requests).toBe(20);
    expect(vendor.mostAtOnce).toBeLessThanOrEqual(3);
  });

  test('no 60 seconds ever hold more calls than allowed, and up to that nobody waits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 200 }),
        (perMinute, gaps) => {
          let clock = 0;
          const budget = new RateBudget(perMinute, () => clock);
          const sent = gaps.map((gap) => {
            clock += gap;
            return clock + budget.reserve();
          });
          sent.forEach((at, index) => {
            const earlier = sent[index - perMinute];
            if (earlier !== undefined) expect(at - earlier).toBeGreaterThanOrEqual(60_000);
          });
          const firstMinute = sent.slice(0, perMinute);
          const asked = gaps.slice(0, perMinute).map((_, index) => gaps.slice(0, index + 1).reduce((a, b) => a + b, 0));
          expect(firstMinute).toEqual(asked);
        },
      ),
    );
  });
});

describe('stopping', () => {
  test('a call stopped before its turn was never sent', async () => {
    expect(await failureOf(clientOf().send({ ...write, signal: AbortSignal.abort() }))).toMatchObject({
      code: 'NEVER_SENT',
    });
    expect(vendor.requests).toBe(0);
  });

  test('a call stopped while it waits in line was never sent, and the line moves on', async () => {
    const client = clientOf({ limits: { perMinute: 10_000, concurrency: 1 } });
    let finish = (): void => undefined;
    const reached = new Promise<void>((resolve) => {
      vendor.handle = (_, response) => {
        finish = () => response.end('{"data":1}');
        resolve();
      };
    });
    const first = client.send(read);
    await reached;
    const stop = new AbortController();
    const second = failureOf(client.send({ ...write, signal: stop.signal }));
    stop.abort();
    expect(await second).toMatchObject({ code: 'NEVER_SENT' });
    finish();
    await expect(first).resolves.toEqual({ data: 1 });
    vendor.handle = reply(200, '{"data":2}');
    await expect(client.send(read)).resolves.toEqual({ data: 2 });
    expect(vendor.requests).toBe(2);
  });

  test.each([
    { call: read, code: 'UNAVAILABLE' },
    { call: write, code: 'OUTCOME_UNKNOWN' },
  ])('a $call.method stopped under way: $code', async ({ call, code }) => {
    const stop = new AbortController();
    vendor.handle = () => stop.abort();
    expect(await failureOf(clientOf().send({ ...call, signal: stop.signal }))).toMatchObject({ code });
  });
});

test('a call with a connection of its own shares none; the others keep theirs', async () => {
  const client = clientOf();
  for (let index = 0; index < 3; index += 1) await client.send(read);
  expect(vendor.sockets.size).toBe(1);
  for (let index = 0; index < 3; index += 1) await client.send({ ...write, ownConnection: true });
  expect(vendor.sockets.size).toBe(4);
});

describe('an idle connection the vendor has closed', () => {
  /** The second request meets a connection that is gone, as one does that was kept longer than the vendor keeps it. */
  const closeTheSecond: Handler = (request, response) => {
    if (vendor.requests === 2) request.socket.destroy();
    else response.end('{"data":1}');
  };

  test('a read is sent again, over a new one', async () => {
    const client = clientOf();
    vendor.handle = closeTheSecond;
    await client.send(read);
    await expect(client.send(read)).resolves.toBeDefined();
    expect(vendor.requests).toBe(3);
  });

  test('a write is not: nobody knows whether it was carried out', async () => {
    const client = clientOf();
    vendor.handle = closeTheSecond;
    await client.send(read);
    const sent = client.send(write);
    await expect(sent).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(vendor.requests).toBe(2);
  });

  test('a new connection that is lost says something about the vendor', async () => {
    vendor.handle = (request) => request.socket.destroy();
    await expect(clientOf().send(read)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(vendor.requests).toBe(1);
  });
});
