import { readFileSync } from 'node:fs';
import { signatureOf } from '../../src/alerts/delivery/signature.js';

type Check = (body: string, header: string | undefined, secret: string, now?: number) => boolean;

const now = Date.UTC(2026, 0, 5, 12);
const secret = 'signing-secret-0123456789';
const body = '{"id":"n1","title":"Zoë – ünïcödé"}';
let isFromDrawbridge: Check;

/** What the documentation tells a receiver to do, run as it stands there. */
beforeAll(async () => {
  const [, code = ''] = /```js\n(.*?)```/s.exec(readFileSync('docs/alerts.md', 'utf8')) ?? [];
  expect(code).toContain('isFromDrawbridge');
  const { createHmac, timingSafeEqual } = await import('node:crypto');
  const source = code.replace(/^import .*$/m, '').replace('export function', 'return function');
  isFromDrawbridge = new Function('createHmac', 'timingSafeEqual', 'Buffer', source)(
    createHmac,
    timingSafeEqual,
    Buffer,
  ) as Check;
});

test('a receiver that does as the documentation says accepts what we sign', () => {
  expect(isFromDrawbridge(body, signatureOf(body, secret, now), secret, now)).toBe(true);
});

test.each<[string, () => boolean]>([
  ['another body', () => isFromDrawbridge(`${body} `, signatureOf(body, secret, now), secret, now)],
  ['another secret', () => isFromDrawbridge(body, signatureOf(body, `${secret}x`, now), secret, now)],
  ['another time', () => isFromDrawbridge(body, signatureOf(body, secret, now).replace(/t=\d/, 't=2'), secret, now)],
  ['one recorded six minutes ago', () => isFromDrawbridge(body, signatureOf(body, secret, now - 360_000), secret, now)],
  ['none', () => isFromDrawbridge(body, undefined, secret, now)],
  ['half of one', () => isFromDrawbridge(body, 't=1,v1=00', secret, now)],
])('and refuses %s', (_what, check) => {
  expect(check()).toBe(false);
});
