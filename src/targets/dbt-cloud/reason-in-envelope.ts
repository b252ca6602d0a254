import { z } from 'zod';

const said = z.string().trim().min(1).nullish().catch(undefined);

const refusal = z.looseObject({
  status: z.looseObject({ user_message: said, developer_message: said }).optional().catch(undefined),
  // Some 401 bodies were seen without the envelope around them (kestra-io/plugin-dbt#317).
  user_message: said,
  message: said,
  detail: said,
  data: z
    .union([z.string(), z.record(z.string(), z.unknown())])
    .nullish()
    .catch(undefined),
});

/** The vendor's reason for a refusal: its words for users, else those for developers, else what it put in `data`. */
export function reasonInEnvelope(body: unknown): string | undefined {
  const answer = refusal.safeParse(body);
  if (!answer.success) return undefined;
  const { status, data, ...flat } = answer.data;
  return (
    status?.user_message ??
    status?.developer_message ??
    flat.user_message ??
    flat.message ??
    flat.detail ??
    (typeof data === 'string' ? data : fieldErrors(data))
  );
}

/** Validation errors by field, e.g. `{email: ["Enter a valid address."]}`. */
function fieldErrors(data: Readonly<Record<string, unknown>> | null | undefined): string | undefined {
  const lines = Object.entries(data ?? {}).flatMap(([field, errors]) => {
    const texts = (Array.isArray(errors) ? errors : [errors]).filter((each) => typeof each === 'string');
    return texts.length === 0 ? [] : [`${field}: ${texts.join(' ')}`];
  });
  return lines.length === 0 ? undefined : lines.join('; ');
}
