import type { Filter } from '../../model/filter.js';
import type { AttributeInfo } from '../../model/resource-schema.js';

/** One modification of RFC 7644 §3.5.2, its dialect gone. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly target: PatchTarget; readonly value: unknown }
  /** With a `value`, only the elements it lists are removed (Entra ID); without, everything the target selects. */
  | { readonly op: 'remove'; readonly target: PatchTarget; readonly value?: unknown };

/** What an operation is about: an attribute, perhaps only some of its elements, perhaps only one sub-attribute. */
export interface PatchTarget {
  /** The extension's URN; undefined for the core schema. */
  readonly extension: string | undefined;
  readonly attribute: AttributeInfo;
  /** Chooses elements of a multi-valued attribute; its paths are relative to the element. */
  readonly filter: Filter | undefined;
  readonly subAttribute: AttributeInfo | undefined;
}

export interface ParsedPatch {
  readonly operations: readonly PatchOperation[];
  /** Paths of operations that name attributes we do not know, for the log; never their values. */
  readonly dropped: readonly string[];
}
