import { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createLog, currentRequestId, logOptionsFrom, withRequestId } from '../src/log.js';
import type { LogOptions } from '../src/log.js';
import { TargetError } from '../src/targets/target-error.js';

const token = 'dbtc_0123+456/789 "x"';

function recording(options: Partial<LogOptions> = {}) {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString());
      done();
    },
  });
  const log = createLog({ level: 'info', format: 'json', secrets: [token], stream, ...options });
  const lines = () => written.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { log, lines, text: () => written.join('') };
}

test('a line is one JSON object: time, level, message, fields', () => {
  const { log, lines } = recording();
  log.info('target converged', { target: 'dbt', due: 0, message: 'mine', nothing: undefined });
  expect(Object.keys(lines()[0] ?? {})).toEqual(['timestamp', 'level', 'message', 'target', 'due']);
  expect(lines()[0]).toMatchObject({ level: 'info', message: 'target converged', target: 'dbt', due: 0 });
  expect(Date.parse(String(lines()[0]?.['timestamp']))).not.toBeNaN();
});

test('levels below the chosen one are not written', () => {
  const { log, lines } = recording({ level: 'warn' });
  log.debug('a');
  log.info('b');
  log.warn('c');
  log.error('d');
  expect(lines().map(({ level }) => level)).toEqual(['warn', 'error']);
});

test('a request id follows its request across awaits and not into its neighbour', async () => {
  const { log, lines } = recording();
  const serve = (id: string) =>
    withRequestId(id, async () => {
      await nextTurn();
      log.info('served', { expected: id });
    });
  await Promise.all([serve('one'), serve('two')]);
  log.info('outside');
  expect(lines().map(({ requestId, expected }) => [requestId, expected])).toEqual([
    ['one', 'one'],
    ['two', 'two'],
    [undefined, undefined],
  ]);
  expect(currentRequestId()).toBeUndefined();
});

describe('secrets', () => {
  test.each([
    'authorization',
    'Authorization',
    'token',
    'scimToken',
    'access_token',
    'password',
    'apiKey',
    'X-Api-Key',
    'api_key',
    'clientSecret',
    'Set-Cookie',
    'secrets',
  ])('a field called %s is masked at any depth, whatever it holds', (name) => {
    const { log, lines, text } = recording();
    log.info('x', { request: { headers: [{ [name]: 'unlisted-value' }], [name]: { nested: 'unlisted-value' } } });
    expect(text()).not.toContain('unlisted-value');
    expect(lines()[0]).toHaveProperty(['request', name], '[redacted]');
  });

  test.each(['tokenLabel', 'key', 'secretary', 'passwordless'])('a field called %s is no secret', (name) => {
    const { log, lines } = recording();
    log.info('x', { [name]: 'shown' });
    expect(lines()[0]).toHaveProperty([name], 'shown');
  });

  test.each<[string, unknown]>([
    ['in a sentence', `sent ${token} to dbt`],
    ['as a key', { [token]: 1 }],
    ['in a list in a map', new Map([['a', [token]]])],
    ['in a URL', new URL(`https://dbt.com/?key=${encodeURIComponent(token)}`)],
    ['as JSON inside a string', JSON.stringify({ body: token })],
    ['in an error', new Error(`refused: ${token}`, { cause: new Error(token) })],
  ])('a configured value is masked %s', (_where, value) => {
    const { log, text } = recording({ level: 'debug' });
    log.info(`value ${token}`, { value });
    for (const form of [token, encodeURIComponent(token), JSON.stringify(token).slice(1, -1)]) {
      expect(text()).not.toContain(form);
    }
    expect(text()).toContain('[redacted]');
  });

  test('a short configured value does not blot out ordinary text', () => {
    const { log, lines } = recording({ secrets: ['', 'a'] });
    log.info('a plain message');
    expect(lines()[0]).toMatchObject({ message: 'a plain message' });
  });
});

describe('errors', () => {
  const error = new TargetError('REJECTED', 'no developer licence available', {
    cause: Object.assign(new Error('400'), { config: { headers: { authorization: 'Token abc' } } }),
  });

  test('show name, message and code of themselves and their causes, and nothing else', () => {
    const { log, lines } = recording();
    log.error('gave up', { error });
    expect(lines()[0]?.['error']).toEqual({
      name: 'TargetError',
      message: 'no developer licence available',
      code: 'REJECTED',
      cause: { name: 'Error', message: '400' },
    });
  });

  test('show their stacks only when debugging', () => {
    const { log, lines } = recording({ level: 'debug' });
    log.error('gave up', { error });
    expect(lines()[0]).toHaveProperty('error.stack', expect.stringContaining('log.test'));
  });
});

test('what JSON cannot hold does not stop a line', () => {
  const { log, lines } = recording();
  const cycle: Record<string, unknown> = { big: 1n, when: new Date(Number.NaN), bytes: Buffer.from('x'), run: () => 1 };
  cycle['self'] = cycle;
  const failing = Object.defineProperty({}, 'broken', {
    enumerable: true,
    get: () => {
      throw new Error('no');
    },
  });
  log.info('odd', { cycle });
  log.info('worse', { failing });
  expect(lines()[0]).toMatchObject({ cycle: { big: '1', self: '[circular]', bytes: '[bytes]' } });
  expect(lines()[1]).toMatchObject({ message: 'worse', failing: '[unreadable]' });
});

test('the pretty form is one line and writes control characters out', () => {
  const { log, text } = recording({ format: 'pretty' });
  log.warn('line\nbreak \u001b[31mred', { target: 'dbt', name: 'Ada Lee', extra: { a: 1 } });
  expect(text()).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} WARN {2}line\\nbreak \\u001b\[31mred target=dbt name="Ada Lee" extra=\{"a":1\}\n$/,
  );
});

test.each([
  [{}, { level: 'info', format: 'json' }],
  [
    { LOG_LEVEL: 'DEBUG', LOG_FORMAT: 'pretty' },
    { level: 'debug', format: 'pretty' },
  ],
  [
    { LOG_LEVEL: 'loud', LOG_FORMAT: 'xml' },
    { level: 'info', format: 'json' },
  ],
])('%p is understood as %p', (env, options) => {
  expect(logOptionsFrom(env)).toEqual(options);
});
