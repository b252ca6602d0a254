import { z } from 'zod';

const byField = z.record(z.string(), z.unknown()).nullish().catch(undefined);
const said = z.string().trim().min(1).nullish().catch(undefined);

const refusal = z.looseObject({
  errors: z
    .union([z.string(), z.record(z.string(), z.unknown())])
    .nullish()
    .catch(undefined),
  'specific-errors': byField,
  message: said,
  cause: said,
});

/**
 * The reason in any body Metabase refuses with: a plain text, `{errors: {field: reason}}`, or a Java throwable as a map
 * with `message` and `cause`. Undefined when there is none; the rest of a throwable is nobody's business.
 */
export function reasonInRefusal(body: unknown): string | undefined {
  if (typeof body === 'string') return body.trim() === '' ? undefined : body;
  const answer = refusal.safeParse(body);
  if (!answer.success) return undefined;
  const { errors, 'specific-errors': specific, message, cause } = answer.data;
  const general = typeof errors === 'string' ? errors : byFieldInWords(errors);
  return general ?? byFieldInWords(specific) ?? message ?? cause ?? undefined;
}

/** `_error` stands for the request as a whole. */
function byFieldInWords(errors: Readonly<Record<string, unknown>> | null | undefined): string | undefined {
  const lines = Object.entries(errors ?? {}).flatMap(([field, reason]) => {
    const texts = (Array.isArray(reason) ? reason : [reason]).filter((each) => typeof each === 'string');
    if (texts.length === 0) return [];
    return [field === '_error' ? texts.join(' ') : `${field}: ${texts.join(' ')}`];
  });
  return lines.length === 0 ? undefined : lines.join('; ');
}
