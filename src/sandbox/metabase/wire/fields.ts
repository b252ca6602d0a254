import { z } from 'zod';
import { fold } from '../../../model/fold.js';
import { texts } from '../texts.js';
import type { Field } from './read-fields.js';

/** The fields bodies are made of. Absent is undefined and null is null: the vendor tells the two apart. */

const address =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

const email = z
  .string()
  .transform(fold)
  .refine((value) => address.test(value), texts.badEmail);
const text = z.string().refine((value) => value.trim() !== '', 'non-blank string');
const positive = z.int('should be an integer').positive('should be a positive int');

const attributeName = z
  .string()
  .refine((name) => !name.startsWith('@'), 'login attribute keys must not start with `@`');
const attributeValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);

export const emailField: Field<string> = { schema: email, message: texts.badEmail };
export const optionalEmail: Field<string | null | undefined> = {
  schema: email.nullish(),
  message: `nullable ${texts.badEmail}`,
};
export const nameField: Field<string> = { schema: text, message: texts.blankName };
export const optionalName: Field<string | null | undefined> = {
  schema: text.nullish(),
  message: `nullable ${texts.blankName}`,
};
export const idField: Field<number> = { schema: positive, message: texts.badId };
export const optionalId: Field<number | null | undefined> = {
  schema: positive.nullish(),
  message: `nullable ${texts.badId}`,
};
export const optionalBoolean: Field<boolean | null | undefined> = {
  schema: z.boolean('should be a boolean').nullish(),
  message: 'nullable boolean',
};
export const booleanField: Field<boolean> = { schema: z.boolean('should be a boolean'), message: 'boolean' };
export const localeField: Field<string | null | undefined> = {
  schema: z
    .string()
    .regex(/^[a-z]{2}([-_][A-Za-z]{2})?$/, 'valid locale')
    .nullish(),
  message: 'nullable String must be a valid two-letter ISO language or language-country code e.g. en or en_US.',
};
export const membershipsField: Field<{ id: number; is_group_manager?: boolean | undefined }[] | null | undefined> = {
  schema: z.array(z.looseObject({ id: positive, is_group_manager: z.boolean().optional() })).nullish(),
  message: 'nullable sequence of value must be a map with id and is_group_manager.',
};
export const loginAttributesField: Field<Record<string, string> | null | undefined> = {
  schema: z.record(attributeName, attributeValue).nullish(),
  message: 'nullable login attribute keys must not start with `@`',
};
export const anything: Field<unknown> = { schema: z.unknown(), message: '' };
