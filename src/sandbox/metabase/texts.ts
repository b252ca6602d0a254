/** The vendor's sentences, byte for byte. Those marked inferred were not read in a source. */
export const texts = {
  unauthenticated: 'Unauthenticated',
  forbidden: "You don't have permissions to do that.",
  notFound: 'Not found.',
  invalidRequest: 'Invalid Request.',
  noSuchEndpoint: 'API endpoint does not exist.', // inferred

  emailInUse: 'Email address already in use.',
  emailOfAnother: 'Email address already associated to another user.',
  badEmail: 'value must be a valid email address.',
  firstNameOfSso: 'Editing first name is not allowed for SSO users.',
  lastNameOfSso: 'Editing last name is not allowed for SSO users.',
  adminMismatch: 'Value of is_superuser must correspond to presence of Admin group ID in group_ids.',
  internalUser: 'Not able to modify the internal user',
  reactivateActive: 'Not able to reactivate an active user',
  reactivateInDeadTenant: 'Not able to reactivate a user of a deactivated tenant', // inferred

  lastAdmin: "You cannot remove the last member of the 'Admin' group!",
  adminAsManager: 'Admin cannot be a group manager.',
  groupExists: 'A group with that name already exists.',
  blankName: 'value must be a non-blank string.',
  tenantMismatch: 'Cannot add non-tenant user to tenant-group or vice versa',
  tenantsOff: 'Cannot use tenant groups while tenants are off', // inferred
  membershipFailed: 'Error inserting Permissions Group Membership',

  keyNameTaken: 'An API key with this name already exists.',
  wrongPassword: 'did not match stored password',
  accountDisabled: 'Your account is disabled.',
  passwordLoginOff: 'Password login is disabled for this instance.', // inferred
  ssoProvisioningOff: 'You must have an account to sign in. Please contact your administrator.', // inferred

  badId: 'value must be an integer greater than zero.', // inferred
  tenancyConflict: 'You can only specify one of tenant_id and tenancy.', // inferred
} as const;

/** All Users, or All tenant users. */
export function fixedMembership(groupName: string): string {
  return `You cannot add or remove users to/from the '${groupName}' group.`;
}

export function fixedGroup(groupName: string): string {
  return `You cannot edit or delete the '${groupName}' permissions group!`;
}

/** Inferred from the vendor's own throttling library. */
export function throttled(seconds: number): string {
  return `Too many attempts! You must wait ${String(seconds)} seconds before trying again.`;
}

/** Inferred. */
export function needsLicence(feature: string): string {
  return `${feature} is a paid feature not currently available to your instance. Please upgrade to use it. Learn more at metabase.com/upgrade/`;
}

export function badPaging(text: string): string {
  return `Error parsing paging parameters: For input string: "${text}"`;
}
