import type { Account } from './account.js';
import type { UnknownFields } from './records.js';

type ObjectKind = 'user' | 'licence' | 'group' | 'invite';

const born: Readonly<Record<ObjectKind, UnknownFields>> = {
  user: { preferred_locale: 'en-GB', onboarding: { step: 3, dismissed: ['tour'] } },
  licence: { cost_centre: 'CC-7', granted_reason: null },
  group: { description: 'kept by the data team', labels: ['finance', 'eu'] },
  invite: { campaign: 'self-serve' },
};

/** The fields a new object has that no client of this API knows. */
export function bornUnknown(account: Account, kind: ObjectKind): UnknownFields {
  return account.rules.unknownFields ? born[kind] : {};
}

/**
 * What a full-state write leaves of an object's unknown fields: exactly those it sent. Those it left out are reported,
 * because a careful client would have sent them back.
 */
export function writtenUnknown(
  account: Account,
  object: { readonly kind: 'user' | 'licence' | 'group'; readonly id: number; readonly held: UnknownFields },
  body: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
): UnknownFields {
  const fields = Object.keys(object.held).filter((field) => !(field in body));
  if (fields.length > 0) account.emit({ kind: 'lost', object: object.kind, id: object.id, fields });
  return Object.fromEntries(Object.entries(body).filter(([field]) => !known.has(field)));
}
