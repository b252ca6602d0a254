/** Headers that prove who calls. */
export type Proof = Readonly<Record<string, string>>;

/** What the calls of one target are made with. */
export interface Credential {
  /** @throws {TargetError} when a login was needed and failed */
  prove(signal: AbortSignal): Promise<Proof>;
  /**
   * A proof to try in place of one that was refused; undefined when there is no other.
   *
   * @throws {TargetError} when a login was needed and failed
   */
  renew(refused: Proof, signal: AbortSignal): Promise<Proof | undefined>;
}

/** An API key is good until it is deleted or regenerated. */
export function apiKeyCredential(apiKey: string): Credential {
  const proof = { 'x-api-key': apiKey };
  return { prove: () => Promise.resolve(proof), renew: () => Promise.resolve(undefined) };
}
