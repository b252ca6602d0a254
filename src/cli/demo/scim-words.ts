/** Words both identity providers use. */
export const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';
/** Drawbridge's own: what became of a user in each target. */
export const provisioningUrn = 'urn:drawbridge:params:scim:schemas:extension:provisioning:2.0:User';
export const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export function patchOf(...Operations: readonly unknown[]) {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations };
}

export function filterBy(attribute: string, value: string): string {
  return `filter=${encodeURIComponent(`${attribute} eq "${value}"`)}`;
}

/** Numbers, never text. Entra ID quarantines a connection when an empty result is a 404 instead. */
export const nothingFound = { totalResults: 0, itemsPerPage: 0, startIndex: 1, Resources: [] };
export const oneFound = { totalResults: 1, itemsPerPage: 1, startIndex: 1 };
