import { TargetError } from '../target-error.js';
import { pathOf, type Edit } from './attributes.js';

/** The server refused in so many words, as opposed to failing or being out of reach. */
export function isRefusal(error: unknown): error is TargetError {
  return error instanceof TargetError && error.code === 'REJECTED';
}

/** No such resource, or no such route: an answer alone does not tell which. */
export const isMissing = (error: unknown): error is TargetError =>
  isRefusal(error) && (error.status === 404 || error.status === 410);

/** The server does not do this at all (RFC 7644 §3.12: 501; others say 405). */
export const isUnsupported = (error: unknown): error is TargetError =>
  (isRefusal(error) && error.status === 405) || (error instanceof TargetError && error.status === 501);

/** Somebody changed the resource since we read it (RFC 7644 §3.14), or the server wants to be told what was read. */
export const isOvertaken = (error: unknown): error is TargetError =>
  isRefusal(error) && (error.status === 412 || error.status === 428);

/** The read is not open to us, whatever the reason; a passing failure is not among them. */
export function isClosed(error: unknown): error is TargetError {
  if (!(error instanceof TargetError)) return false;
  return error.code === 'REJECTED' || error.status === 403 || error.status === 501;
}

/** A page, or something that is no SCIM: what servers answer to paths they do not know. */
export const isNoScim = (error: unknown): error is TargetError =>
  error instanceof TargetError && error.code === 'UNEXPECTED_RESPONSE';

/**
 * The attributes a refusal complains about by name, as Metabase does (`Unsupported path: displayName`). Only those the
 * account can do without: its name and whether it is active must be taken or refused.
 */
export function attributesRefused(refusal: TargetError, edits: readonly Edit[]): readonly Edit[] {
  if (refusal.status !== 400) return [];
  const aboutSupport = /invalidPath|mutability|unsupported|not supported|unknown|unrecognized|not recognized/i;
  const { words = '' } = refusal;
  if (!aboutSupport.test(words)) return [];
  const names = new Set(words.split(/[^A-Za-z0-9.:_-]+/).map((word) => word.replace(/[.:]+$/, '')));
  return edits.filter((edit) => isOptional(edit) && (names.has(edit.name) || names.has(pathOf(edit.name))));
}

/** What a server may leave out without an account being another one. */
export const isOptional = ({ name }: Edit): boolean =>
  name !== 'active' && name !== 'userName' && name !== 'givenName' && name !== 'familyName';

/** Our picture was stale: the engine looks again and decides again. */
export const vanished = (what: string): TargetError =>
  new TargetError('CONFLICT', `${what} is no longer on the SCIM server`);
