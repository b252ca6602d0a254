import type { ScimGroup } from '../model/scim-group.js';

/** One SCIM group a person is in, or was given once and has left again. */
export interface Membership {
  readonly group: ScimGroup;
  readonly present: boolean;
}
