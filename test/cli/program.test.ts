import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CliContext, Running } from '../../src/cli/context.js';
import { environmentFor } from '../../src/cli/environment.js';
import { runCli } from '../../src/cli/program.js';
import type { Config } from '../../src/config.js';

const adminToken = 'admin-token-0123456789abcdef';
const dbtToken = 'dbtc_vendor-token';
const configured = {
  SCIM_TOKEN: 'scim-token-0123456789abcdef',
  DRAWBRIDGE_ADMIN_TOKEN: adminToken,
  DBT_CLOUD_URL: 'https://ab123.us1.dbt.com',
  DBT_CLOUD_ACCOUNT_ID: '12345',
  DBT_CLOUD_TOKEN: dbtToken,
  LOG_LEVEL: 'error',
};

/** A process that does not end: `exit` is noted and ends the code that called it, as the real one would. */
class FakeProcess extends EventEmitter {
  readonly exits: unknown[] = [];
  exit = (code?: unknown): never => {
    this.exits.push(code);
    throw new Error('exited');
  };
}

function deferred() {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'drawbridge-cli-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function run(args: readonly string[], overrides: Partial<CliContext> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(args, {
    env: {},
    cwd: folder,
    version: '1.2.3',
    process: new FakeProcess() as unknown as NodeJS.Process,
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    now: () => Date.parse('2026-06-01T12:00:00Z'),
    fetch: (url, init) => fetch(url, init),
    startDrawbridge: () => Promise.reject(new Error('not expected to start')),
    startSandbox: () => Promise.reject(new Error('not expected to start')),
    ...overrides,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('help and mistakes', () => {
  test('the help lists every command and what exit codes mean', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    for (const name of [
      'serve',
      'check',
      'status',
      'sync',
      'held',
      'release',
      'reject',
      'failing',
      'retry',
      'openapi',
    ]) {
      expect(out).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
    }
    expect(out).toContain('Exit codes: 0 done');
  });

  test.each([[['--version']], [['-v']]])('%p is the version of the package', async (args) => {
    expect(await run(args)).toMatchObject({ code: 0, out: '1.2.3' });
  });

  test.each([
    { args: ['stauts'], said: /did you mean status/i },
    { args: ['sync'], said: /missing required argument 'target'/ },
    { args: ['status', '--jsn'], said: /did you mean --json/i },
  ])('$args is a usage error that says what was meant', async ({ args, said }) => {
    const { code, err } = await run(args);
    expect(code).toBe(64);
    expect(err).toMatch(said);
  });
});

describe('check', () => {
  test('shows what was understood and no credential', async () => {
    for (const args of [['check'], ['check', '--json']]) {
      const { code, out } = await run(args, { env: configured });
      expect(code).toBe(0);
      expect(out).toContain('https://ab123.us1.dbt.com');
      for (const secret of [configured.SCIM_TOKEN, adminToken, dbtToken]) expect(out).not.toContain(secret);
    }
  });

  test('prints each problem on its own line and exits 1', async () => {
    writeFileSync(path.join(folder, 'drawbridge.yaml'), 'admin: off\nservr: {}\n');
    const { code, err } = await run(['check'], { env: configured });
    expect(code).toBe(1);
    expect(err.split('\n')).toEqual([
      'drawbridge.yaml:2: servr: unknown key; did you mean "server"?',
      'drawbridge.yaml:1: directories: needs at least one directory',
    ]);
  });

  test('takes the file it is told', async () => {
    expect(await run(['check', '--config', 'no.yaml'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^no\.yaml: /),
    });
  });

  test('says when there is nothing to check', async () => {
    expect((await run(['check'])).out).toMatch(/^Nothing is configured/);
  });
});

describe('serve', () => {
  function startable() {
    const seen: { config?: Config; sandboxPort?: number; closed: number } = { closed: 0 };
    const started = deferred();
    const running: Running = {
      url: 'http://127.0.0.1:1',
      close: () => {
        seen.closed += 1;
        return Promise.resolve();
      },
    };
    const overrides: Partial<CliContext> = {
      startDrawbridge: (config) => {
        seen.config = config;
        started.resolve();
        return Promise.resolve(running);
      },
      startSandbox: ({ port }) => {
        seen.sandboxPort = port;
        started.resolve();
        return Promise.resolve(running);
      },
    };
    return { seen, overrides, started: started.promise };
  }

  test.each(['SIGTERM', 'SIGINT'])('runs until %s, then closes once and exits 0', async (signal) => {
    const { seen, overrides, started } = startable();
    const process = new FakeProcess();
    const ended = run([], { ...overrides, env: configured, process: process as unknown as NodeJS.Process });
    await started;
    expect(seen).toMatchObject({ config: { kind: 'configured' }, closed: 0 });
    process.emit(signal);
    expect((await ended).code).toBe(0);
    expect(seen.closed).toBe(1);
    expect(process.exits).toEqual([]);
  });

  test('with nothing configured it is the sandbox, on the port that was asked for', async () => {
    const { seen, overrides, started } = startable();
    const process = new FakeProcess();
    const env = { PORT: '9100' };
    const ended = run(['serve'], { ...overrides, env, process: process as unknown as NodeJS.Process });
    await started;
    process.emit('SIGTERM');
    await ended;
    expect(seen).toEqual({ sandboxPort: 9100, closed: 1 });
  });

  test('a second signal does not wait for a close that hangs; an echo of the first is no second', async () => {
    const { overrides, started } = startable();
    const process = new FakeProcess();
    const closing = deferred();
    let now = 0;
    void run([], {
      now: () => now,
      ...overrides,
      startDrawbridge: async (config, options) => {
        const running = (await overrides.startDrawbridge?.(config, options)) as Running;
        return {
          ...running,
          close: () => {
            closing.resolve();
            return new Promise(() => undefined);
          },
        };
      },
      env: configured,
      process: process as unknown as NodeJS.Process,
    });
    await started;
    process.emit('SIGTERM');
    await closing.promise;
    now += 900;
    process.emit('SIGTERM');
    expect(process.exits).toEqual([]);
    now += 200;
    expect(() => process.emit('SIGTERM')).toThrow('exited');
    expect(process.exits).toEqual([1]);
  });

  test('an error nobody caught ends the process with 1', async () => {
    const { overrides, started } = startable();
    const process = new FakeProcess();
    void run([], {
      ...overrides,
      env: { ...configured, LOG_LEVEL: 'error' },
      process: process as unknown as NodeJS.Process,
    });
    await started;
    expect(() => process.emit('uncaughtException', new Error('one error line in this output is expected'))).toThrow(
      'exited',
    );
    expect(() => process.emit('unhandledRejection', 'and one more')).toThrow('exited');
    expect(process.exits).toEqual([1, 1]);
  });

  test('a start that fails is one line and exit code 1', async () => {
    const startDrawbridge = () => Promise.reject(new Error('cannot listen on 0.0.0.0:80'));
    expect(await run(['serve'], { env: configured, startDrawbridge })).toEqual({
      code: 1,
      out: '',
      err: 'drawbridge: cannot listen on 0.0.0.0:80',
    });
  });

  test('an unusable configuration starts nothing', async () => {
    expect(await run(['serve'], { env: { ...configured, SCIM_TOKEN: '' } })).toEqual({
      code: 1,
      out: '',
      err: 'SCIM_TOKEN: is empty',
    });
  });
});

describe('commands over the admin API', () => {
  interface Call {
    readonly method: string | undefined;
    readonly url: string | undefined;
    readonly authorization: string | undefined;
    readonly body: string;
  }
  let server: Server;
  let calls: Call[];
  let answer: { status: number; body: string };

  const plan = {
    id: 'h1',
    target: 'dbt',
    createdAt: '2026-06-01T11:00:00.000Z',
    reasons: [{ code: 'too-many', message: '30 removals are more than 5' }],
    operations: Array.from({ length: 25 }, (_, index) => ({
      kind: 'revoke',
      summary: `remove person ${String(index)}`,
      reason: 'the directory put them in it once, and does no longer',
    })),
    subjects: ['group:g1'],
    causes: [{ actor: 'okta', requestId: 'r1' }],
  };
  const status = {
    version: '1.2.3',
    uptimeSeconds: 7300,
    directories: [{ name: 'acme', users: 120, groups: 4, lastRequestAt: null }],
    targets: [
      {
        name: 'dbt',
        type: 'dbt-cloud',
        mode: 'full',
        healthy: true,
        converged: false,
        due: 2,
        drift: 0,
        dialect: 'v2',
        held: 1,
        failing: 3,
        pausedUntil: null,
        lagSeconds: 61,
        lastSweepAt: '2026-06-01T11:59:30.000Z',
        lastError: null,
      },
    ],
    warnings: ['look here'],
  };

  beforeEach(async () => {
    calls = [];
    server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        calls.push({ method: request.method, url: request.url, authorization: request.headers.authorization, body });
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
  });

  const address = () => `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const ask = (args: readonly string[], reply: unknown, statusCode = 200) => {
    answer = { status: statusCode, body: typeof reply === 'string' ? reply : JSON.stringify(reply) };
    return run(args, { env: { DRAWBRIDGE_URL: `${address()}/`, DRAWBRIDGE_ADMIN_TOKEN: adminToken } });
  };

  test.each([
    {
      args: ['status'],
      reply: status,
      method: 'GET',
      url: '/api/v1/status',
      says: [
        /dbt +dbt-cloud +v2 +full +working +2 +1 +3 +1 min +30 s ago/,
        /acme +120 +4 +never/,
        /1 held; see `drawbridge held`/,
        /warning: look here/,
        /up 2 h/,
      ],
    },
    {
      args: ['sync', 'a/b'],
      reply: { target: 'a/b', due: 9 },
      method: 'POST',
      url: '/api/v1/targets/a%2Fb/sync',
      says: [/9 due now/],
    },
    {
      args: ['held'],
      reply: { result: [plan] },
      method: 'GET',
      url: '/api/v1/held',
      says: [
        /^h1 {2}dbt, held 1 h ago/,
        /because 30 removals/,
        /remove person 19\n {2}… and 5 more/,
        /asked for by okta, request r1/,
        /drawbridge release h1/,
      ],
    },
    { args: ['held'], reply: { result: [] }, method: 'GET', url: '/api/v1/held', says: [/^Nothing is held\.$/] },
    {
      args: ['release', 'h1', '--confirm', '1'],
      reply: { id: 'h1', state: 'released', review: null },
      method: 'POST',
      url: '/api/v1/held/h1/release',
      says: [/^h1: released$/],
    },
    {
      args: ['reject', 'h1', '--confirm', '1'],
      reply: { id: 'h1', state: 'rejected', review: null },
      method: 'POST',
      url: '/api/v1/held/h1/reject',
      says: [/^h1: rejected$/],
    },
    {
      args: ['failing'],
      reply: {
        result: [
          {
            target: 'dbt',
            kind: 'account',
            key: 'u1',
            name: 'ada\u001b[2J',
            error: 'no licence',
            attempts: 2,
            since: '2026-05-30T12:00:00.000Z',
          },
        ],
      },
      method: 'GET',
      url: '/api/v1/failing',
      says: [/ada\\u001b\[2J +2 d ago +u1 +no licence/],
    },
    {
      args: ['retry', 'dbt', 'account', 'u1'],
      reply: { target: 'dbt', kind: 'account', key: 'u1' },
      method: 'POST',
      url: '/api/v1/failing/retry',
      says: [/u1 is due now/],
    },
  ])('$args asks $method $url and puts the answer in words', async ({ args, reply, method, url, says }) => {
    const { code, out, err } = await ask(args, reply);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(calls).toMatchObject([{ method, url, authorization: `Bearer ${adminToken}` }]);
    for (const pattern of says) expect(out).toMatch(pattern);
  });

  test.each([
    { rule: 'the number of changes typed', typed: '25', decided: true },
    { rule: 'another number', typed: '24', decided: false },
    { rule: 'a yes', typed: 'yes', decided: false },
    { rule: 'nobody at the keyboard', typed: undefined, decided: false },
  ])('release shows the plan and wants its count: $rule', async ({ typed, decided }) => {
    const detail = {
      ...plan,
      state: 'open',
      review: { unavailable: null, willDo: [], noLongerWanted: ['remove old'], notIncluded: [] },
    };
    const keyboard = typed === undefined ? undefined : () => Promise.resolve(typed);
    answer = { status: 200, body: JSON.stringify({ ...detail, state: 'released' }) };
    const { code, err } = await run(['release', 'h1', '--url', address(), '--token', adminToken], { ask: keyboard });
    expect(err).toMatch(/25 changes[^]*no longer wanted, and will not happen: remove old/);
    expect(calls.map(({ method }) => method)).toEqual(decided ? ['GET', 'POST'] : ['GET']);
    expect(code === 0).toBe(decided);
    if (decided) expect(JSON.parse(calls[1]?.body ?? '')).toEqual({ confirm: 25 });
  });

  test('retry names what to retry', async () => {
    await ask(['retry', 'dbt', 'group', 'g1'], { target: 'dbt', kind: 'group', key: 'g1' }, 202);
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual({ target: 'dbt', kind: 'group', key: 'g1' });
  });

  test('--json prints the answer itself', async () => {
    expect(JSON.parse((await ask(['held', '--json'], { result: [plan] })).out)).toEqual({ result: [plan] });
  });

  test.each([
    {
      rule: 'a wrong token',
      statusCode: 401,
      reply: { error: { code: 'unauthorized', message: 'the admin token is wrong' } },
      says: ['drawbridge: the admin token is wrong', 'DRAWBRIDGE_ADMIN_TOKEN'],
    },
    {
      rule: 'an unknown id',
      statusCode: 404,
      reply: { error: { code: 'not-found', message: 'nothing is held under h9' } },
      says: ['nothing is held under h9', 'drawbridge held'],
    },
    { rule: 'a proxy in the way', statusCode: 502, reply: '<html>bad gateway</html>', says: ['answered 502'] },
    { rule: 'another program there', statusCode: 200, reply: '<html>hello</html>', says: ['is not a Drawbridge'] },
    { rule: 'another version there', statusCode: 200, reply: { state: 5 }, says: ['answered something unexpected'] },
  ])('$rule is exit code 4 with the next step', async ({ statusCode, reply, says }) => {
    const { code, out, err } = await ask(['release', 'h9', '--confirm', '1'], reply, statusCode);
    expect({ code, out }).toEqual({ code: 4, out: '' });
    for (const words of says) expect(err).toContain(words);
    expect(err).not.toContain(adminToken);
  });

  test('nobody there is exit code 3 and says where it looked', async () => {
    const free = address();
    await new Promise((resolve) => server.close(resolve));
    const { code, err } = await run(['status', '--url', free, '--token', adminToken]);
    expect(code).toBe(3);
    expect(err).toContain(`no answer from ${free} (ECONNREFUSED)`);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  test('a redirect is not followed: the token would go with it', async () => {
    const elsewhere = createServer((request, response) => {
      calls.push({ method: request.method, url: 'elsewhere', authorization: undefined, body: '' });
      response.end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    server.removeAllListeners('request').on('request', (_request, response) => {
      const { port } = elsewhere.address() as AddressInfo;
      response.writeHead(307, { location: `http://127.0.0.1:${String(port)}/` }).end();
    });
    expect((await run(['status', '--url', address(), '--token', adminToken])).code).toBe(3);
    expect(calls).toEqual([]);
    await new Promise((resolve) => elsewhere.close(resolve));
  });

  test('without a token nothing is sent', async () => {
    expect(await run(['status', '--url', address()])).toMatchObject({
      code: 64,
      err: expect.stringContaining('no admin token'),
    });
    expect(calls).toEqual([]);
  });
});

describe('healthcheck', () => {
  test.each([
    { rule: 'an answer is health', status: 200, code: 0 },
    { rule: 'another answer is not', status: 503, code: 1 },
    { rule: 'no answer is not', status: undefined, code: 1 },
  ])('$rule', async ({ status, code }) => {
    const asked: string[] = [];
    const result = await run(['healthcheck'], {
      env: { PORT: '9100' },
      fetch: (url) => {
        asked.push(url);
        return status === undefined
          ? Promise.reject(new Error('refused'))
          : Promise.resolve(new Response('', { status }));
      },
    });
    expect(result.code).toBe(code);
    expect(asked).toEqual(['http://127.0.0.1:9100/healthz']);
  });
});

describe('.env', () => {
  test('completes the environment and overrides nothing', () => {
    writeFileSync(path.join(folder, '.env'), '# comment\nSCIM_TOKEN=from-file\nPORT="9000"\n');
    expect(environmentFor(folder, { SCIM_TOKEN: 'from-shell' })).toEqual({ SCIM_TOKEN: 'from-shell', PORT: '9000' });
    expect(environmentFor(tmpdir(), { A: '1' })).toEqual({ A: '1' });
  });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
