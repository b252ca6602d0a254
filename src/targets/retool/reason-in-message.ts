import { z } from 'zod';

const said = z.string().trim().min(1).nullish().catch(undefined);

/** `{success: false, message}` everywhere; the other two stand in for what gateways and the SCIM routes say. */
const refusal = z.looseObject({ message: said, error: said, detail: said });

/** The vendor's reason for a refusal; undefined when it is not where it should be. */
export function reasonInMessage(body: unknown): string | undefined {
  const answer = refusal.safeParse(body);
  if (!answer.success) return undefined;
  return answer.data.message ?? answer.data.error ?? answer.data.detail ?? undefined;
}
