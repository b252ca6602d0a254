import type { DesiredAccount, Licence, Mapped } from '../model/account.js';
import { fold } from '../model/fold.js';
import type { ScimGroup } from '../model/scim-group.js';
import type { ScimUser } from '../model/scim-user.js';
import type { DbtCloudConfig } from '../model/target-config.js';
import { isInOneOf, mapAccount, problem } from './map-account.js';
import type { Membership } from './membership.js';

/** dbt Cloud's licences by the letters of their name, so that `Read-Only` and `read_only` are one. */
const licences: Readonly<Record<string, Licence>> = {
  developer: 'developer',
  readonly: 'read_only',
  it: 'it',
  analyst: 'analyst',
};

/** When somebody's groups earn several licences, the widest wins; the configuration's own order decides the rest. */
const precedence: readonly Licence[] = ['developer', 'it'];

/** The dbt Cloud account a SCIM user should have, given the groups the identity provider put them in. */
export function mapDbtAccount(
  user: ScimUser,
  memberships: readonly Membership[],
  config: DbtCloudConfig,
): Mapped<DesiredAccount> {
  return mapAccount(user, memberships, config, { licence: (each, held) => licenceOf(each, held, config) });
}

function licenceOf(user: ScimUser, held: readonly ScimGroup[], config: DbtCloudConfig): Mapped<Licence> {
  const asked = user.licenseType?.trim() ?? '';
  if (asked !== '') return licenceNamed(asked);
  const { byGroup } = config.licence;
  const inOrder = [...new Set([...precedence, ...Object.keys(byGroup)])];
  const earned = inOrder.find((licence) => isInOneOf(held, byGroup[licence] ?? []));
  return { ok: true, value: earned ?? config.licence.default };
}

function licenceNamed(text: string): Mapped<Licence> {
  const letters = fold(text).replace(/[\s_-]/g, '');
  const licence = Object.hasOwn(licences, letters) ? licences[letters] : undefined;
  if (licence !== undefined) return { ok: true, value: licence };
  return problem('unknown-licence', `dbt Cloud has no licence ${text}; use ${Object.values(licences).join(', ')}`);
}
