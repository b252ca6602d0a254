import { z } from 'zod';
import { defaultAlertConfig } from '../model/alert-config.js';
import { alertKinds } from '../model/alert.js';
import { isLoopback } from './base-url.js';
import { flag, number, section, text, urlSafeName } from './setting-types.js';

const minutes = (fallback: number) => number(z.number().positive().max(10_080)).default(fallback);

const kinds = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(z.enum(alertKinds)).min(1, 'names no alert; leave it out for all of them').optional(),
);

/** Where a receiver is. Never quoted in a complaint: the address itself is often the credential. */
const receiver = text.superRefine((value, context) => {
  const message = unusable(value);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

function unusable(value: string): string | undefined {
  if (!URL.canParse(value)) return 'must be an address such as https://hooks.example.com/…';
  const { protocol, username, password } = new URL(value);
  if (protocol !== 'https:' && protocol !== 'http:') return 'must begin with https://';
  if (username !== '' || password !== '') return 'must not hold a user name or password';
  return undefined;
}

const common = {
  name: urlSafeName,
  url: receiver,
  allowHttp: flag.default(false),
  kinds,
  resolved: flag.default(true),
};

/** The receiver proves with it that a message is ours, so a guess must not find it. */
const signingSecret = z.string().min(16, 'is too short: use at least 16 characters (`openssl rand -hex 32`)');

const channel = z
  .discriminatedUnion(
    'kind',
    [
      section({ kind: z.literal('webhook'), ...common, secret: signingSecret }),
      section({ kind: z.literal('slack'), ...common }),
    ],
    { error: (issue) => (issue.code === 'invalid_union' ? 'must be webhook or slack' : undefined) },
  )
  .transform(({ allowHttp, ...settings }, context) => {
    const { url } = settings;
    if (URL.canParse(url) && new URL(url).protocol === 'http:' && !isLoopback(url) && !allowHttp) {
      const message = 'is not encrypted; use https://, or allowHttp: true where the network is trusted';
      context.addIssue({ code: 'custom', path: ['url'], message });
    }
    return settings;
  });

/** When alerts open, and who is told. */
export const alertSchema = section({
  leaverMinutes: minutes(defaultAlertConfig.leaverMinutes),
  stoppedMinutes: minutes(defaultAlertConfig.stoppedMinutes),
  silenceHours: number(z.number().min(0).max(8760)).default(defaultAlertConfig.silenceHours),
  tokenDays: number(z.number().min(0).max(365)).default(defaultAlertConfig.tokenDays),
  retryDays: number(z.number().positive().max(30)).default(defaultAlertConfig.retryDays),
  channels: z
    .array(channel)
    .default([])
    .superRefine((channels, context) => {
      const names = channels.map(({ name }) => name.toLowerCase());
      for (const [index, name] of names.entries()) {
        if (names.indexOf(name) === index) continue;
        const message = `the name "${name}" is already taken`;
        context.addIssue({ code: 'custom', path: [index, 'name'], message });
      }
    }),
}).prefault({});
