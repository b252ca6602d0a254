import { z } from 'zod';
import { provisioningStates } from '../model/provisioning-state.js';

/**
 * SCIM messages as the contract shows them (RFC 7643 §4, §8; RFC 7644 §3). They describe; the SCIM room has its own
 * parsers, which accept far more than is promised here.
 */

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const provisioning = 'urn:drawbridge:params:scim:schemas:extension:provisioning:2.0:User';
const dbtLicence = 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User';

const typedValue = z.looseObject({
  value: z.string().optional(),
  type: z.string().optional(),
  primary: z.boolean().optional(),
});

const metaSchema = z.object({
  resourceType: z.enum(['User', 'Group']),
  created: z.iso.datetime(),
  lastModified: z.iso.datetime(),
  location: z.url(),
  version: z.string().meta({ example: 'W/"3"' }),
});

/** Identity providers leave them out at times; answers always have them. */
const schemas = z.array(z.string());

const userAttributes = {
  externalId: z.string().optional(),
  userName: z.string().meta({ example: 'ada@example.com' }),
  name: z.looseObject({ givenName: z.string(), familyName: z.string(), formatted: z.string() }).partial().optional(),
  displayName: z.string().optional(),
  active: z.boolean().optional(),
  emails: z.array(typedValue).optional(),
  [enterprise]: z
    .looseObject({
      employeeNumber: z.string(),
      department: z.string(),
      manager: z.looseObject({ value: z.string().optional() }),
    })
    .partial()
    .optional(),
  [dbtLicence]: z.looseObject({ licenseType: z.string() }).optional().meta({
    description: 'The licence this person should have in dbt Cloud, named as the native SCIM of dbt names it.',
  }),
};

export const newUserSchema = z
  .looseObject({
    ...userAttributes,
    schemas: schemas.optional(),
    active: z.union([z.boolean(), z.string().regex(/^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$/)]).optional(),
  })
  .meta({ id: 'NewUser', description: 'Any attribute of RFC 7643 §4.1 may be sent; read-only ones are ignored.' });

export const userSchema = z
  .looseObject({
    ...userAttributes,
    schemas,
    id: z.string().meta({ description: 'Ours, stable for the life of the person here.' }),
    // Everything else may be left out by `attributes` and `excludedAttributes`.
    userName: userAttributes.userName.optional(),
    groups: z.array(z.looseObject({ value: z.string() })).optional(),
    meta: metaSchema.optional(),
    [provisioning]: z
      .object({
        targets: z.array(
          z.object({
            target: z.string(),
            state: z.enum(provisioningStates),
            detail: z.string().optional(),
            remoteId: z.string().optional(),
            since: z.iso.datetime(),
          }),
        ),
      })
      .optional()
      .meta({ description: 'Read-only: how far this person has got in each target.' }),
  })
  .meta({ id: 'User' });

const groupAttributes = {
  displayName: z.string().meta({ example: 'Analysts' }),
  externalId: z.string().optional(),
  members: z.array(z.looseObject({ value: z.string() })).optional(),
};

export const newGroupSchema = z
  .looseObject({ ...groupAttributes, schemas: schemas.optional() })
  .meta({ id: 'NewGroup' });
export const groupSchema = z
  .looseObject({
    ...groupAttributes,
    schemas,
    id: z.string(),
    displayName: groupAttributes.displayName.optional(),
    meta: metaSchema.optional(),
  })
  .meta({ id: 'Group' });

export const patchSchema = z
  .looseObject({
    schemas: schemas.optional(),
    Operations: z
      .array(
        z.object({
          op: z.string().meta({ description: '`add`, `replace` or `remove`, in any case.' }),
          path: z.string().optional(),
          value: z.unknown().optional(),
        }),
      )
      .min(1),
  })
  .meta({
    id: 'PatchRequest',
    description: 'RFC 7644 §3.5.2, with the deviations identity providers are known for understood.',
  });

export const searchSchema = z
  .looseObject({
    schemas: schemas.optional(),
    filter: z.string().optional(),
    attributes: z.array(z.string()).optional(),
    excludedAttributes: z.array(z.string()).optional(),
    sortBy: z.string().optional(),
    sortOrder: z.enum(['ascending', 'descending']).optional(),
    startIndex: z.number().int().optional(),
    count: z.number().int().optional(),
    cursor: z.string().optional(),
  })
  .meta({ id: 'SearchRequest' });

const bulkMethod = z
  .string()
  .meta({ description: '`POST`, `PUT`, `PATCH` or `DELETE`, in any case.', example: 'POST' });

export const bulkRequestSchema = z
  .looseObject({
    schemas: schemas.optional(),
    failOnErrors: z
      .number()
      .int()
      .min(1)
      .optional()
      .meta({ description: 'After so many failures nothing more is done.' }),
    Operations: z
      .array(
        z.object({
          method: bulkMethod,
          bulkId: z.string().optional().meta({
            description:
              'Names a new resource, so that others can refer to it as `bulkId:` and the name. A POST needs one.',
          }),
          path: z.string().meta({ example: '/Users' }),
          version: z.string().optional().meta({ description: 'The version that may be changed.' }),
          data: z.looseObject({}).optional().meta({ description: 'The body a request of its own would have.' }),
        }),
      )
      .min(1)
      .max(1000),
  })
  .meta({ id: 'BulkRequest' });

export const bulkResponseSchema = z
  .object({
    schemas: z.array(z.literal('urn:ietf:params:scim:api:messages:2.0:BulkResponse')),
    Operations: z.array(
      z.object({
        method: z.string().optional(),
        bulkId: z.string().optional(),
        location: z.url().optional(),
        version: z.string().optional(),
        status: z
          .string()
          .meta({ description: 'As text, what a request of its own would have been answered.', example: '201' }),
        response: z.looseObject({}).optional().meta({ description: 'The error, or the attributes asked for.' }),
      }),
    ),
  })
  .meta({ id: 'BulkResponse' });

export const scimErrorSchema = z
  .object({
    schemas: z.array(z.literal('urn:ietf:params:scim:api:messages:2.0:Error')),
    status: z.string().meta({ description: 'The HTTP status, as text (RFC 7644 §3.12).', example: '409' }),
    scimType: z.string().optional().meta({ example: 'uniqueness' }),
    detail: z.string().optional(),
  })
  .meta({ id: 'ScimError' });

/** A page of resources (RFC 7644 §3.4.2). */
export function listOf(resource: z.ZodType) {
  return z.object({
    schemas: z.array(z.literal('urn:ietf:params:scim:api:messages:2.0:ListResponse')),
    totalResults: z.number().int().min(0),
    startIndex: z.number().int().min(1).optional(),
    itemsPerPage: z.number().int().min(0).optional(),
    nextCursor: z.string().optional(),
    previousCursor: z.string().optional(),
    Resources: z.array(resource),
  });
}

/** Discovery documents: their shape is RFC 7643 §5 to §7, their content the server's own. */
export const discoverySchema = z.looseObject({ schemas: z.array(z.string()) }).meta({ id: 'Discovery' });
