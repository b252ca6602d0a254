import type { SimpleAttributes } from './simple-attributes.js';

/** A SCIM user as the mappers and the engine need it: typed, already validated, independent of the wire. */
export interface ScimUser {
  /** Ours, a UUID, stable over invited → active → removed → re-invited. */
  readonly id: string;
  readonly directory: string;
  readonly userName: string;
  readonly externalId?: string | undefined;
  /** False also for a deleted user: a tombstone asks the targets for the same thing. */
  readonly active: boolean;
  readonly deleted: boolean;
  readonly displayName?: string | undefined;
  readonly name?:
    { readonly givenName?: string; readonly familyName?: string; readonly formatted?: string } | undefined;
  readonly emails: readonly ScimEmail[];
  /** `urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User:licenseType`, as sent. */
  readonly licenseType?: string | undefined;
  readonly simple?: SimpleAttributes | undefined;
}

export interface ScimEmail {
  readonly value: string;
  readonly type?: string | undefined;
  readonly primary?: boolean | undefined;
}
