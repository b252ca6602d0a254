import { z } from 'zod';
import { baseUrl, bearerToken, digestToken, number, section, sha256Hex, text, urlSafeName } from './setting-types.js';

/** The shapes of the file's sections except the targets, which `target-schemas.ts` knows by type. */
export const topLevelKeys = [
  'server',
  'database',
  'admin',
  'acknowledge',
  'sweep',
  'alert',
  'directories',
  'targets',
] as const;

export const serverSchema = section({
  host: text.default('0.0.0.0'),
  port: number(z.number().int().min(0).max(65_535)).default(8080),
  publicUrl: baseUrl.optional(),
}).prefault({});

export const databaseSchema = z
  .string()
  .default('sqlite:./data/drawbridge.db')
  .superRefine((value, context) => {
    const message = unusableDatabase(value);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

/** Names the scheme only: what follows may hold a password. */
function unusableDatabase(url: string): string | undefined {
  if (/^postgres(ql)?:/.test(url)) return 'PostgreSQL is not supported by this version; use sqlite:<path>';
  return /^sqlite:./.test(url) ? undefined : 'must be sqlite:<path>, for example sqlite:./data/drawbridge.db';
}

/** `{ token }` or `{ sha256 }`; `off` and nothing at all are for the caller. */
export const adminSchema = section({ token: bearerToken.optional(), sha256: sha256Hex.optional() }).transform(
  ({ token, sha256 }, context) => ({ tokenSha256: digestOf('token', token, sha256, context) }),
);

/** Okta gives up on a request after 60 seconds; a wait must end well before. */
export const acknowledgeSchema = section({
  waitSeconds: number(z.number().min(0).max(45)).default(5),
}).prefault({});

export const sweepSchema = section({
  everyMinutes: number(z.number().positive().max(1440)).default(15),
  invitationsEverySeconds: number(z.number().positive().max(86_400)).default(60),
}).prefault({});

const expiry = z.string().transform((value, context) => {
  const at = /^\d{4}-\d{2}-\d{2}(T.+(Z|[+-]\d{2}:\d{2}))?$/.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  context.addIssue({
    code: 'custom',
    message: 'must be a date such as 2027-01-31 or a time such as 2027-01-31T12:00:00Z',
  });
  return z.NEVER;
});

const tokenSchema = section({
  label: text,
  value: bearerToken.optional(),
  sha256: sha256Hex.optional(),
  expires: expiry.optional(),
}).transform(({ label, value, sha256, expires }, context) => ({
  label,
  sha256: digestOf('value', value, sha256, context),
  ...(expires === undefined ? {} : { expiresAt: expires }),
}));

export const directorySchema = section({
  name: urlSafeName,
  tokens: z.array(tokenSchema).min(1, 'needs at least one token, or its identity provider cannot connect'),
  targets: z.array(text).default([]),
});

/** The digest of a token given in exactly one of two ways: in the clear under `name`, or as `sha256`. */
function digestOf(
  name: string,
  token: string | undefined,
  sha256: string | undefined,
  context: z.RefinementCtx,
): string {
  if (token !== undefined && sha256 === undefined) return digestToken(token);
  if (token === undefined && sha256 !== undefined) return sha256;
  const message =
    token === undefined ? 'is required, or its digest as sha256' : 'stands beside sha256; give only one of them';
  context.addIssue({ code: 'custom', path: [name], message });
  return z.NEVER;
}
