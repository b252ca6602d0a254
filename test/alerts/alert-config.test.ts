import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describeConfig, maskConfig } from '../../src/cli/describe-config.js';
import { ConfigError } from '../../src/config.js';
import { buildConfig } from '../../src/config/build-config.js';
import type { Config } from '../../src/config.js';
import { defaultAlertConfig } from '../../src/model/alert-config.js';
import { alertKinds } from '../../src/model/alert.js';
import { formatPath } from '../../src/config/raw-settings.js';

const hook = 'https://hooks.example.com/services/T000/B000/verysecretpath';
const secret = 'signing-secret-0123456789';

const build = (alert: unknown): Config =>
  buildConfig(
    {
      from: 'file',
      problems: [],
      locate: formatPath,
      value: {
        admin: 'off',
        directories: [{ name: 'acme', tokens: [{ label: 'okta', value: 'scim-token-0123456789' }] }],
        ...(alert === undefined ? {} : { alert }),
      },
    },
    0,
  );

function refusal(alert: unknown): readonly string[] {
  try {
    build(alert);
  } catch (error) {
    if (error instanceof ConfigError) return error.lines;
    throw error;
  }
  throw new Error('expected the configuration to be refused');
}

test('without a word about alerts, they open and nobody is told', () => {
  expect(build(undefined).alert).toEqual({
    leaverMinutes: 15,
    stoppedMinutes: 15,
    silenceHours: 24,
    tokenDays: 14,
    retryDays: 3,
    channels: [],
  });
});

test('channels are kept as the operator describes them', () => {
  const channels = [
    { name: 'ops', kind: 'webhook', url: hook, secret, resolved: false },
    { name: 'chat', kind: 'slack', url: 'http://127.0.0.1:9/x', kinds: 'held' },
    { name: 'lan', kind: 'slack', url: 'http://chat.lan/x', allowHttp: true },
  ];
  expect(build({ silenceHours: 0, channels }).alert).toMatchObject({
    silenceHours: 0,
    channels: [
      { name: 'ops', kind: 'webhook', url: hook, secret, resolved: false },
      { name: 'chat', kind: 'slack', kinds: ['held'], resolved: true },
      { name: 'lan', kind: 'slack' },
    ],
  });
});

test.each([
  [
    'plain HTTP',
    { name: 'a', kind: 'slack', url: 'http://hooks.example.com/x' },
    /^alert\.channels\[0\]\.url: is not encr/,
  ],
  ['no address', { name: 'a', kind: 'slack', url: 'hooks' }, /^alert\.channels\[0\]\.url: must be an address/],
  ['another scheme', { name: 'a', kind: 'slack', url: 'ftp://x.example/y' }, /url: must begin with https/],
  ['a password in it', { name: 'a', kind: 'slack', url: 'https://u:verysecret@x.example/y' }, /url: must not hold/],
  ['a short secret', { name: 'a', kind: 'webhook', url: hook, secret: 'short' }, /secret: is too short/],
  ['no secret', { name: 'a', kind: 'webhook', url: hook }, /secret: is required/],
  ['another kind', { name: 'a', kind: 'pager', url: hook }, /must be webhook or slack/],
  [
    'an alert that does not exist',
    { name: 'a', kind: 'slack', url: hook, kinds: ['heldd'] },
    /kinds\[0\]: must be held, /,
  ],
  ['an unknown key', { name: 'a', kind: 'slack', url: hook, secrets: 'x' }, /secrets: unknown key/],
  ['no name', { kind: 'slack', url: hook }, /name: is required/],
])('%s is refused, and no address is quoted', (_what, channel, complaint) => {
  const lines = refusal({ channels: [channel] });
  expect(lines).toEqual([expect.stringMatching(complaint)]);
  expect(lines.join()).not.toContain('verysecret');
});

test('two channels of one name are refused', () => {
  const channels = ['ops', 'Ops'].map((name) => ({ name, kind: 'slack', url: hook }));
  expect(refusal({ channels })).toEqual(['alert.channels[1].name: the name "ops" is already taken']);
});

test('neither the address nor the secret of a channel is shown, and the logger masks both', () => {
  const config = build({ channels: [{ name: 'ops', kind: 'webhook', url: hook, secret }] });
  const shown = JSON.stringify(maskConfig(config)) + describeConfig(config);
  expect(shown).not.toContain(secret);
  expect(shown).not.toContain('verysecretpath');
  expect(shown).toContain('ops (webhook at hooks.example.com)');
  expect(config.secrets).toEqual(expect.arrayContaining([hook, secret]));
});

test('what the documentation shows is accepted, its values are the defaults, and it explains every kind', () => {
  const page = readFileSync('docs/alerts.md', 'utf8');
  const [, yaml = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];
  const shown = (
    parse(yaml.replaceAll('${ALERT_SECRET}', secret).replaceAll('${SLACK_WEBHOOK_URL}', hook)) as { alert: object }
  ).alert;
  const config = build(shown).alert;
  expect(config?.channels.map(({ name }) => name)).toEqual(['ops', 'chat']);
  expect({ ...config, channels: [] }).toEqual(defaultAlertConfig);
  expect(Object.keys(shown)).toEqual(Object.keys(defaultAlertConfig));
  for (const kind of alertKinds) expect(page).toContain(`| \`${kind}\``);
});
