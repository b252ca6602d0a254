import SCIMMY from 'scimmy';
import { provisioningStates } from '../../model/provisioning-state.js';
import { dbtLabsUrn, enterpriseUrn } from '../../model/scim-attributes.js';

const { Attribute } = SCIMMY.Types;
type Attribute = SCIMMY.Types.Attribute;
type Config = SCIMMY.Types.Attribute.AttributeConfig;

export const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const provisioningUrn = 'urn:drawbridge:params:scim:schemas:extension:provisioning:2.0:User';

/** One schema as scimmy describes it, our corrections applied. */
export interface Definition {
  readonly urn: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
}

/**
 * Where scimmy's metadata, mostly that of RFC 7643 §8.7.1, does not say how we behave.
 *
 * - Ids are exact wherever they appear, as `id` is (RFC 7643 §3.1); so is `meta.version` (same place).
 * - `schemas` is ours to say and always returned (RFC 7644 §3.9).
 * - Members are users only, known by `value`; the rest of a member is derived and ignored on input.
 * - Two groups of one name are refused, because identity providers find groups by name.
 */
const corrections: Readonly<Record<string, Config>> = {
  schemas: { mutable: false, returned: 'always', shadow: true },
  'meta.version': { caseExact: true },
  'manager.value': { caseExact: true },
  'groups.value': { caseExact: true },
  'groups.$ref': { referenceTypes: ['Group'] },
  'groups.type': { canonicalValues: ['direct'] },
  'roles.type': { canonicalValues: false },
  'x509Certificates.type': { canonicalValues: false },
  'members.value': { caseExact: true },
  'members.display': { mutable: false },
  'members.$ref': { mutable: false, referenceTypes: ['User'] },
  'members.type': { mutable: false, canonicalValues: ['User'] },
};
const groupCorrections: Readonly<Record<string, Config>> = { ...corrections, displayName: { uniqueness: 'server' } };

/** scimmy's definitions belong to the whole process, so ours are corrected copies. */
function correctedCopy(attribute: Attribute, changes: Readonly<Record<string, Config>>, prefix = ''): Attribute {
  const path = prefix + attribute.name;
  const subAttributes = (attribute.subAttributes ?? []).map((each) => correctedCopy(each, changes, `${path}.`));
  return new Attribute(attribute.type, attribute.name, { ...attribute.config, ...changes[path] }, subAttributes);
}

const { User, Group, EnterpriseUser } = SCIMMY.Schemas;

export const userDefinition: Definition = {
  urn: userUrn,
  name: 'User',
  description: 'User account',
  attributes: User.definition.attributes.map((each) => correctedCopy(each, corrections)),
};

export const groupDefinition: Definition = {
  urn: groupUrn,
  name: 'Group',
  description: 'Group of users',
  attributes: Group.definition.attributes.map((each) => correctedCopy(each, groupCorrections)),
};

const ownAttributes = (attributes: readonly Attribute[]): Attribute[] =>
  attributes.filter((each) => each.config.shadow !== true);

const enterpriseDefinition: Definition = {
  urn: enterpriseUrn,
  name: 'EnterpriseUser',
  description: 'Enterprise user',
  attributes: ownAttributes(EnterpriseUser.definition.attributes).map((each) => correctedCopy(each, corrections)),
};

const dbtLabsDefinition: Definition = {
  urn: dbtLabsUrn,
  name: 'DbtLabsUser',
  description: 'What dbt Cloud keeps of a user beyond the core schema',
  attributes: [
    new Attribute('string', 'licenseType', {
      description: 'The licence the user should hold in dbt Cloud; it takes precedence over licences by group.',
    }),
  ],
};

const readOnly: Config = { mutable: false, direction: 'out' };

const provisioningDefinition: Definition = {
  urn: provisioningUrn,
  name: 'ProvisioningState',
  description: 'How far the user has got in each target this directory provisions',
  attributes: [
    new Attribute(
      'complex',
      'targets',
      { ...readOnly, multiValued: true, description: 'One element for each target of the directory.' },
      [
        new Attribute('string', 'target', { ...readOnly, caseExact: true, description: 'The name of the target.' }),
        new Attribute('string', 'state', {
          ...readOnly,
          caseExact: true,
          canonicalValues: [...provisioningStates],
          description: 'How far the user has got in the target.',
        }),
        new Attribute('string', 'detail', { ...readOnly, description: 'Why, in words.' }),
        new Attribute('string', 'remoteId', {
          ...readOnly,
          caseExact: true,
          description: "The id of the user's account in the target.",
        }),
        new Attribute('dateTime', 'since', { ...readOnly, description: 'When the state was entered.' }),
      ],
    ),
  ],
};

/** The extensions of a user, in the order they are listed. */
export const userExtensions: readonly Definition[] = [enterpriseDefinition, dbtLabsDefinition, provisioningDefinition];
