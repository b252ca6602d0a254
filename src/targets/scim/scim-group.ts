import { z } from 'zod';
import type { RemoteId } from '../../model/account.js';
import { fold } from '../../model/fold.js';
import { idAnswer, versionOf, type Raw } from './wire.js';

/** One group as the server shows it. */
export interface RemoteGroup {
  readonly raw: Raw;
  readonly id: RemoteId;
  readonly name: string;
  /** Everybody and everything in it as received, groups included. Undefined: not shown, or nobody: servers differ. */
  readonly members: readonly Member[] | undefined;
  readonly version: string | undefined;
}

export interface Member {
  readonly id: RemoteId;
  /** A group in the group: no account, and never ours to touch. */
  readonly isGroup: boolean;
  readonly raw: unknown;
}

const memberAnswer = z.looseObject({ value: idAnswer, type: z.string().nullish() }).transform(({ value, type }) => ({
  id: value,
  isGroup: type !== null && type !== undefined && fold(type) === 'group',
}));

export const groupAnswer: z.ZodType<RemoteGroup> = z
  .looseObject({ id: idAnswer, displayName: z.string(), members: z.array(z.unknown()).nullish() })
  .transform(({ id, members, ...raw }, context): RemoteGroup => {
    const read = members?.map((each) => ({ raw: each, answer: memberAnswer.safeParse(each) }));
    if (read?.some(({ answer }) => !answer.success) === true) {
      // Leaving one out would make them look removed.
      context.issues.push({ code: 'custom', message: 'a member we cannot read', input: id });
      return z.NEVER;
    }
    return {
      raw,
      id,
      name: raw.displayName,
      members: read?.flatMap(({ raw: each, answer }) => (answer.success ? [{ ...answer.data, raw: each }] : [])),
      version: versionOf(raw),
    };
  });

/** The accounts among the members. */
export function accountsIn(members: readonly Member[]): ReadonlySet<RemoteId> {
  return new Set(members.filter(({ isGroup }) => !isGroup).map(({ id }) => id));
}
