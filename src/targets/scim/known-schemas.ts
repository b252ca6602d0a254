import { z } from 'zod';
import { fold } from '../../model/fold.js';
import { enterpriseUrn } from '../../model/scim-attributes.js';
import { enterpriseAttributes } from '../../model/simple-attributes.js';
import type { ProfileName } from './attributes.js';
import { groupUrn, userUrn } from './wire.js';

/** What `/Schemas` tells that decides what is worth sending (RFC 7643 §7). */
export interface KnownSchemas {
  /** Whether the server says it has no such attribute, or lets nobody write it. */
  lacks(name: ProfileName): boolean;
  /** Two groups whose names differ by case alone are two groups. */
  readonly groupNamesAreExact: boolean;
  /** Members are part of every answer, so that a group without the attribute has none. */
  readonly showsMembers: boolean;
}

const attribute = z.looseObject({
  name: z.string(),
  mutability: z.string().nullish().catch(undefined),
  returned: z.string().nullish().catch(undefined),
  caseExact: z.boolean().nullish().catch(undefined),
});
const schema = z.looseObject({ id: z.string(), attributes: z.array(attribute).nullish() });
type Attribute = z.infer<typeof attribute>;

/** Some servers answer a plain list instead of a ListResponse. */
export const schemasAnswer: z.ZodType<KnownSchemas | undefined> = z
  .union([z.looseObject({ Resources: z.array(schema) }).transform(({ Resources }) => Resources), z.array(schema)])
  .transform((schemas) => knownSchemas(schemas));

function knownSchemas(schemas: readonly z.infer<typeof schema>[]): KnownSchemas | undefined {
  const attributesOf = (urn: string): readonly Attribute[] | undefined =>
    schemas.find(({ id }) => fold(id) === fold(urn))?.attributes ?? undefined;
  const user = attributesOf(userUrn);
  if (user === undefined) return undefined;
  const enterprise = attributesOf(enterpriseUrn) ?? [];
  const find = (list: readonly Attribute[] | undefined, name: string): Attribute | undefined =>
    list?.find((each) => fold(each.name) === fold(name));
  const members = find(attributesOf(groupUrn), 'members')?.returned ?? '';
  return {
    lacks: (name) => {
      // `externalId` is common to all resources, and in no schema (RFC 7643 §3.1).
      if (name === 'externalId' || name === 'userName') return false;
      const isEnterprise = (enterpriseAttributes as readonly string[]).includes(name);
      const known = find(isEnterprise ? enterprise : user, name);
      return known === undefined || known.mutability === 'readOnly' || known.returned === 'never';
    },
    groupNamesAreExact: find(attributesOf(groupUrn), 'displayName')?.caseExact === true,
    showsMembers: members === 'default' || members === 'always',
  };
}
