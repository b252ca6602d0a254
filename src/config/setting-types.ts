import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalBaseUrl } from './base-url.js';
import { suggestion } from './nearest.js';

/** An object whose unknown keys are refused, each with the known key it resembles; one line for each key. */
export function section<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => `unknown key${suggestion(key, Object.keys(shape)) || knownKeys(shape)}`).join('\n')
        : undefined,
  });
}

function knownKeys(shape: z.ZodRawShape): string {
  return `; known here: ${Object.keys(shape).join(', ')}`;
}

/** A number, also when it arrives as text because it was interpolated or stood in quotes. */
export function number(schema: z.ZodNumber) {
  const numeric = /^-?\d+(\.\d+)?$/;
  return z.preprocess((value) => (typeof value === 'string' && numeric.test(value) ? Number(value) : value), schema);
}

/** True or false, also as text. */
export const flag = z.preprocess((value) => (value === 'true' ? true : value === 'false' ? false : value), z.boolean());

export const text = z.string().trim().min(1);

/** One text or a list of them; always a list afterwards. */
export const textList = z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(text));

/** Part of a URL and of a metric's label. */
export const urlSafeName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/,
    'must be 1 to 63 letters, digits, - or _, and begin with a letter or digit',
  );

export const baseUrl = z.string().transform((value, context) => {
  const canonical = canonicalBaseUrl(value);
  if (canonical !== undefined) return canonical;
  context.addIssue({
    code: 'custom',
    message: 'must be an address such as https://ab123.us1.dbt.com, without user name, query or fragment',
  });
  return z.NEVER;
});

/** A credential as a vendor gave it: not ours to judge, except that it must be able to stand in a header. */
export const credential = z.string().superRefine((value, context) => {
  const message = unusableInHeader(value);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

/** A bearer token of ours: what a guess must find, hence a least length. */
export const bearerToken = z.string().superRefine((value, context) => {
  const message = unusableInHeader(value) ?? (value.length < 16 ? tooShort : undefined);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

const tooShort = 'is too short: use at least 16 characters (`openssl rand -hex 32` makes a good one)';

function unusableInHeader(value: string): string | undefined {
  if (value === '') return 'is empty';
  if (value.trim() === '') return 'is blank';
  if (/\s/.test(value)) return 'contains white space, which a token cannot';
  if (!/^[\x21-\x7e]+$/.test(value)) return 'contains a character that cannot stand in a header';
  return undefined;
}

export const sha256Hex = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, 'must be the 64 hex digits of a SHA-256')
  .toLowerCase();

/** How tokens of ours are kept: random as they are, one plain SHA-256 is enough. */
export function digestToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}
