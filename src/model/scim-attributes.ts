export const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const dbtLabsUrn = 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User';

/**
 * A user's attributes as stored: canonical names, validated, values byte for byte as the identity provider sent them,
 * extension objects under their URN. Without schemas, id, meta, groups and password. Unassigned attributes are absent:
 * no null, no empty list, no empty object (RFC 7643 §2.5 makes them one state).
 */
export interface UserAttributes {
  readonly userName: string;
  readonly externalId?: string;
  readonly active?: boolean;
  readonly displayName?: string;
  readonly name?: UserName;
  readonly emails?: readonly MultiValue[];
  readonly phoneNumbers?: readonly MultiValue[];
  readonly roles?: readonly MultiValue[];
  readonly [enterpriseUrn]?: EnterpriseAttributes;
  readonly [dbtLabsUrn]?: { readonly licenseType?: string };
  readonly [attribute: string]: unknown;
}

export interface UserName {
  readonly formatted?: string;
  readonly familyName?: string;
  readonly givenName?: string;
  readonly middleName?: string;
  readonly honorificPrefix?: string;
  readonly honorificSuffix?: string;
}

/** The shape e-mail addresses, phone numbers, roles and their like have in common. */
export interface MultiValue {
  readonly value?: string;
  readonly display?: string;
  readonly type?: string;
  readonly primary?: boolean;
}

export interface EnterpriseAttributes {
  readonly employeeNumber?: string;
  readonly costCenter?: string;
  readonly organization?: string;
  readonly division?: string;
  readonly department?: string;
  readonly manager?: { readonly value?: string; readonly $ref?: string };
}

/** A group's attributes as stored. Members are rows of their own. */
export interface GroupAttributes {
  readonly displayName: string;
  readonly externalId?: string;
}
