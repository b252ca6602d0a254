import type { Preflight } from '../targets/target.js';
import type { TargetError } from '../targets/target-error.js';
import { asTargetError } from './apply-operations.js';
import { previewTarget, type Preview } from './preview.js';
import type { Runtime } from './runtime.js';

/** What a read-only look at a target came to: what a person wants to know before going live, or when it fails. */
export type Examination =
  { readonly ok: true; readonly preview: Preview } | { readonly ok: false; readonly error: TargetError };

/**
 * Looks at credential, rights, plan limits and everything that would be adopted; reads only.
 *
 * Never rejects for what the target answered: a credential that does not work is the finding, not a failure.
 */
export async function examineTarget(
  runtime: Runtime,
  known: Preflight | undefined,
  signal: AbortSignal,
): Promise<Examination> {
  try {
    return { ok: true, preview: await previewTarget(runtime, known, signal) };
  } catch (thrown) {
    return { ok: false, error: asTargetError(thrown) };
  }
}
