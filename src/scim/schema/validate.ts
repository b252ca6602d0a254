import SCIMMY from 'scimmy';
import type { GroupAttributes, UserAttributes } from '../../model/scim-attributes.js';
import { isObject, type JsonObject } from '../json.js';
import { ScimError } from '../scim-error.js';
import { groupDefinition, userDefinition, userExtensions, type Definition } from './definitions.js';

const { Attribute } = SCIMMY.Types;
type Attribute = SCIMMY.Types.Attribute;

/**
 * Checks cleaned attributes against the schema and gives them back as they are: scimmy judges, but its copies, which
 * reformat some values, are not used (clients compare what they read with what they sent).
 *
 * @param known attributes that are valid already: what is the very same value there is not checked again.
 * @throws {ScimError} 400 `invalidValue` naming the attribute.
 */
export function validateUser(attributes: JsonObject, known: JsonObject = {}): UserAttributes {
  check(userAttributes, attributes, known);
  for (const [urn, extension] of extensions) {
    const values = attributes[urn];
    if (values !== undefined && values !== known[urn]) checkExtension(urn, extension, values);
  }
  refuseBlank('userName', attributes['userName']);
  return attributes as UserAttributes;
}

/** The same for a group; its members are read elsewhere. */
export function validateGroup(attributes: JsonObject): GroupAttributes {
  check(groupAttributes, attributes);
  refuseBlank('displayName', attributes['displayName']);
  return attributes as unknown as GroupAttributes;
}

type Validators = readonly Attribute[];

/** Labels are free whatever the canonical values say, and a URL is any text: clients send both. */
function lenient(attribute: Attribute): Attribute {
  const { type, name, config, subAttributes = [] } = attribute;
  const relaxed = { ...config, canonicalValues: false, referenceTypes: false };
  return new Attribute(type === 'reference' ? 'string' : type, name, relaxed, subAttributes.map(lenient));
}

/** What a client may write and we keep. */
function validatorsOf({ attributes }: Definition): Validators {
  return attributes
    .filter(({ name, config }) => config.mutable !== false && config.returned !== false && name !== 'members')
    .map(lenient);
}

const userAttributes = validatorsOf(userDefinition);
const groupAttributes = validatorsOf(groupDefinition);
const extensions = new Map(userExtensions.map((each) => [each.urn, validatorsOf(each)]));

function checkExtension(urn: string, validators: Validators, values: unknown): void {
  if (!isObject(values)) throw ScimError.badRequest('invalidValue', `${urn} must be an object.`);
  check(validators, values);
}

function check(validators: Validators, values: JsonObject, known: JsonObject = {}): void {
  for (const validator of validators) {
    const value = values[validator.name];
    const isRequired = validator.config.required === true;
    if (!isRequired && (value === undefined || value === known[validator.name])) continue;
    try {
      validator.coerce(value, 'in');
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw ScimError.badRequest('invalidValue', `${error.message}.`, { cause: error });
    }
  }
}

function refuseBlank(name: string, value: unknown): void {
  if (typeof value === 'string' && value.trim() !== '') return;
  throw ScimError.badRequest('invalidValue', `${name} is required and must not be empty.`);
}
