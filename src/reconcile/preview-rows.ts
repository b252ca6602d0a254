import { lane } from '../model/lane.js';
import type { DueKind } from '../store/mark-due.js';
import type { DueRow } from '../store/tables.js';
import type { Runtime } from './runtime.js';

/** Keys as if a sweep had just made them due. Made by the engine, so no rejection is taken for overruled. */
export function previewRows(
  { config, now }: Runtime,
  keys: readonly { readonly kind: DueKind; readonly key: string }[],
): DueRow[] {
  const at = now();
  const times = { since: at, touched_at: at, due_at: at, generation: 0, attempts: 0, gave_up_at: null, error: null };
  const cause = JSON.stringify({ actor: 'engine', requestId: 'preview' });
  return keys.map(({ kind, key }) => ({ target: config.name, kind, key, lane: lane.bulk, cause, ...times }));
}
