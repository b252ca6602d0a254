/** The scopes of the paths the fake has; the vendor knows more. */
export const scopes = [
  'users:read',
  'users:write',
  'groups:read',
  'groups:write',
  'user_attributes:read',
  'user_attributes:write',
  'access_tokens:read',
] as const;
export type Scope = (typeof scopes)[number];

/** An API token: what it may do and whose it is. Its text is the key it is kept under, and nowhere else. */
export interface Token {
  readonly label: string;
  readonly scopes: readonly Scope[];
  /** User id of its owner. */
  readonly owner: string;
  readonly createdAt: number;
  /** The end of its text, by which people tell tokens apart. */
  readonly last4: string;
}

/** To write includes to read. */
export function allows(token: Token, scope: Scope): boolean {
  return token.scopes.some((each) => each === scope || each === scope.replace(':read', ':write'));
}
