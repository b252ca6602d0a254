/** What an administrator reads when a token or a plan is not enough. */

export function missingScope(scopes: readonly string[]): string {
  return `Forbidden: API token is missing ${scopes.map((each) => `one of "${each}"`).join(' or ')}`;
}

export function notInPlan(family: string): string {
  return `${family} API is not available on your plan`;
}
