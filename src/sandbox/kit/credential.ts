/**
 * What became of a request's credential; the credential itself is kept nowhere.
 *
 * `not-needed` is a path anybody may ask for, such as a login.
 */
export type Credential = 'good' | 'not-needed' | 'missing' | 'wrong-scheme' | 'unknown' | 'expired' | 'owner-inactive';

export function isAccepted(credential: Credential): boolean {
  return credential === 'good' || credential === 'not-needed';
}
