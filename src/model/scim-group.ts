/** A SCIM group without its members: those are rows of their own, and a group may have 50,000 of them. */
export interface ScimGroup {
  readonly id: string;
  readonly directory: string;
  readonly displayName: string;
  readonly externalId?: string | undefined;
  readonly deleted: boolean;
}
