import type { HeldPlan } from '../openapi/admin-schemas.js';
import { formatAgo } from './durations.js';
import { printable } from './printable.js';

/** As many operations of one plan as are shown; `--json` has them all. */
const shown = 20;

/** A held plan as people read it: why, what, what caused it, and how to decide. */
export function formatHeldPlan(plan: HeldPlan, now: number, remarks: readonly string[] = []): string {
  const { id, target, createdAt, reasons, operations, causes } = plan;
  const more = operations.length - shown;
  const asked = [...new Set(causes.map(({ actor, requestId }) => `${actor}, request ${requestId}`))];
  return [
    `${id}  ${target}, held ${formatAgo(createdAt, now)}, ${String(operations.length)} changes`,
    ...reasons.map(({ message }) => `  because ${message}`),
    ...operations.slice(0, shown).map(({ summary }) => `  - ${summary}`),
    ...(more > 0 ? [`  … and ${String(more)} more`] : []),
    ...asked.slice(0, 3).map((each) => `  asked for by ${each}`),
    ...(asked.length > 3 ? [`  and by ${String(asked.length - 3)} further requests`] : []),
    ...remarks,
    `  drawbridge release ${id}   or   drawbridge reject ${id}`,
  ]
    .map(printable)
    .join('\n');
}
