import { z } from 'zod';

const said = z.string().trim().min(1).nullish().catch(undefined);

const refusal = z.looseObject({
  detail: said,
  scimType: said,
  // What servers say that do not keep to RFC 7644 §3.12: gateways, web frameworks, Metabase, Retool.
  message: said,
  title: said,
  error_description: said,
  error: z
    .union([z.looseObject({ message: said, detail: said }), said])
    .nullish()
    .catch(undefined),
  errors: z.unknown().optional(),
  'specific-errors': z.unknown().optional(),
});

/** The server's reason for a refusal, with the type RFC 7644 gives it, such as `uniqueness`, in brackets. */
export function reasonInError(body: unknown): string | undefined {
  if (typeof body === 'string') return body;
  const [only] = Array.isArray(body) ? (body as unknown[]) : [body];
  const answer = refusal.safeParse(only);
  if (!answer.success) return undefined;
  const { detail, scimType, message, title, error, error_description: description, errors, ...rest } = answer.data;
  const [word, inside] = typeof error === 'object' ? [undefined, error?.message ?? error?.detail] : [error, undefined];
  const fields = fieldErrors(rest['specific-errors']) ?? fieldErrors(errors);
  const words = detail ?? message ?? inside ?? description ?? word ?? title ?? fields;
  if (words === undefined) return scimType ?? undefined;
  return typeof scimType === 'string' ? `${words} (${scimType})` : words;
}

/** Validation errors by field, e.g. `{userName: ["is taken"]}`, or a plain list of sentences. */
function fieldErrors(errors: unknown): string | undefined {
  if (typeof errors !== 'object' || errors === null) return undefined;
  const lines = Object.entries(errors).flatMap(([field, said]) => {
    const texts = (Array.isArray(said) ? (said as unknown[]) : [said]).flatMap(inWords);
    return texts.map((text) => (Array.isArray(errors) ? text : `${field}: ${text}`));
  });
  return lines.length === 0 ? undefined : lines.join('; ');
}

function inWords(said: unknown): string[] {
  if (typeof said === 'string') return [said];
  return typeof said === 'object' && said !== null && 'message' in said && typeof said.message === 'string'
    ? [said.message]
    : [];
}
