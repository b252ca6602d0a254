import type { ResourceSchema } from '../../model/resource-schema.js';

export declare const userSchema: ResourceSchema;
export declare const groupSchema: ResourceSchema;
