import { fold } from '../../model/fold.js';
import { enterpriseUrn } from '../../model/scim-attributes.js';
import { coreAttributes, enterpriseAttributes } from '../../model/simple-attributes.js';
import { complex, given, type Raw } from './wire.js';

/** What a profile may hold here, by SCIM name. `emails` is the one address that counts; the others are kept as they are. */
export const profileNames = [
  'userName',
  'externalId',
  'displayName',
  'emails',
  ...coreAttributes,
  ...enterpriseAttributes,
] as const;

export type ProfileName = (typeof profileNames)[number];

/** One attribute of a user that must become something else. */
export type Edit =
  | { readonly name: 'active'; readonly value: boolean }
  | { readonly name: 'givenName' | 'familyName' | ProfileName; readonly value: string };

const isEnterprise = (name: Edit['name']): boolean => (enterpriseAttributes as readonly string[]).includes(name);

/** The attribute as PATCH names it (RFC 7644 §3.5.2, §3.10). */
export function pathOf(name: Edit['name']): string {
  if (name === 'givenName' || name === 'familyName') return `name.${name}`;
  return isEnterprise(name) ? `${enterpriseUrn}:${name}` : name;
}

/** The attribute's text as a resource shows it; undefined when it is unassigned. */
export function textOf(raw: Raw, name: Exclude<Edit['name'], 'active'>): string | undefined {
  if (name === 'emails') return given(theAddress(raw)?.['value']);
  if (name === 'givenName' || name === 'familyName') return given(complex(raw['name'])[name]);
  return given((isEnterprise(name) ? complex(raw[enterpriseUrn]) : raw)[name]);
}

/** The value a PATCH gives the attribute: an address goes with its neighbours, which a replaced list would lose. */
export function patchValue(raw: Raw, edit: Edit): unknown {
  return edit.name === 'emails' ? withAddress(raw, edit.value) : edit.value;
}

/** The resource with the attribute as wanted and everything else as it was. */
export function withEdit(raw: Raw, edit: Edit): Raw {
  const { name } = edit;
  if (name === 'emails') return { ...raw, emails: withAddress(raw, edit.value) };
  if (name === 'givenName' || name === 'familyName') {
    return { ...raw, name: { ...complex(raw['name']), [name]: edit.value } };
  }
  if (!isEnterprise(name)) return { ...raw, [name]: edit.value };
  const schemas = new Set([...(Array.isArray(raw['schemas']) ? (raw['schemas'] as unknown[]) : []), enterpriseUrn]);
  return { ...raw, schemas: [...schemas], [enterpriseUrn]: { ...complex(raw[enterpriseUrn]), [name]: edit.value } };
}

const addressesOf = (raw: Raw): readonly unknown[] => (Array.isArray(raw['emails']) ? raw['emails'] : []);

/** The primary address, else the one for work, else the first. */
function theAddress(raw: Raw): Raw | undefined {
  const all = addressesOf(raw)
    .map(complex)
    .filter(({ value }) => given(value) !== undefined);
  return (
    all.find(({ primary }) => primary === true || fold(String(primary)) === 'true') ??
    all.find(({ type }) => typeof type === 'string' && fold(type) === 'work') ??
    all[0]
  );
}

function withAddress(raw: Raw, value: string): readonly unknown[] {
  const old = theAddress(raw);
  if (old === undefined) return [...addressesOf(raw), { value, type: 'work', primary: true }];
  const { display, ...rest } = old;
  // A label that only repeats the address would go on showing the old one.
  const label = display === undefined || display === old['value'] ? {} : { display };
  return addressesOf(raw).map((each) => (each === old ? { ...rest, ...label, value } : each));
}
