export type JsonObject = Readonly<Record<string, unknown>>;

/** Every schema of RFC 7643 §7 we use, for `/Schemas`. `baseUrl` is the caller's own, without a slash at the end. */
export function schemaDocuments(_baseUrl: string): readonly (JsonObject & { readonly id: string })[] {
  throw new Error('not yet');
}

/** Our resource types (RFC 7643 §6), for `/ResourceTypes`. */
export function resourceTypeDocuments(_baseUrl: string): readonly (JsonObject & { readonly id: string })[] {
  throw new Error('not yet');
}
