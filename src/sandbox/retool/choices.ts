/** Statuses and figures the vendor does not publish for users, groups and invites: our guesses, each in one place. */
export const choices = {
  /** A patch that leaves the schema or touches what is read-only. */
  failedPatch: 422,
  /** Unknown, missing or badly typed fields of any other body. */
  badBody: 400,
  undefinedAttribute: 404,
  editOfBuiltIn: 400,
  malformedGroupId: 400,
  emailTaken: 409,
  nameTaken: 409,
} as const;

const day = 24 * 60 * 60 * 1000;

/** Published: an invite link works for seven days. */
export const inviteLifetimeMs = 7 * day;

/** The published schema of a user: names have 1 to 36 characters. */
export const longestName = 36;

/** Largest page of the list of users. */
export const largestPage = 100;
