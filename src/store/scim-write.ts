import type { Cause } from '../model/cause.js';
import type { Store } from './store.js';

/** The circumstances of one SCIM write: whose directory, who asked, and when (epoch milliseconds). */
export interface ScimWrite {
  readonly directory: string;
  readonly cause: Cause;
  readonly now: number;
}

/** Another resource of the directory already has this value, compared without regard to case. */
export class UniquenessConflict extends Error {
  override readonly name = 'UniquenessConflict';
  readonly attribute: 'userName' | 'displayName';

  constructor(attribute: 'userName' | 'displayName', options?: ErrorOptions) {
    super(`${attribute} is taken`, options);
    this.attribute = attribute;
  }
}

/** Runs a statement that writes a unique attribute; the index decides, so two requests at once cannot both have it. */
export async function refusingTaken<T>(
  store: Store,
  attribute: UniquenessConflict['attribute'],
  statement: () => Promise<T>,
): Promise<T> {
  try {
    return await statement();
  } catch (error) {
    if (store.engine.isUniqueViolation(error)) throw new UniquenessConflict(attribute, { cause: error });
    throw error;
  }
}

/** Ids given as members that are no user of the directory: never heard of, deleted, or somebody else's. */
export class UnknownMembers extends Error {
  override readonly name = 'UnknownMembers';
  readonly ids: readonly string[];
  /** Those of them that are groups of the directory. */
  readonly groups: readonly string[];

  constructor(ids: readonly string[], groups: readonly string[]) {
    super('unknown members');
    this.ids = ids;
    this.groups = groups;
  }
}
