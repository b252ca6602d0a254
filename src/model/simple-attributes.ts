/** Attributes of a SCIM user that are one text each, beyond names and identifiers (RFC 7643 §4.1.1). */
export const coreAttributes = ['title', 'userType', 'preferredLanguage', 'locale', 'timezone', 'nickName'] as const;

/** The same of the enterprise extension (RFC 7643 §4.3). */
export const enterpriseAttributes = ['employeeNumber', 'costCenter', 'organization', 'division', 'department'] as const;

export type SimpleAttribute = (typeof coreAttributes)[number] | (typeof enterpriseAttributes)[number];

/** Those the identity provider sent, as sent; no name of the extension is one of the core's too. */
export type SimpleAttributes = Readonly<Partial<Record<SimpleAttribute, string>>>;
