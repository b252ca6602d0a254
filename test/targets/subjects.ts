import type { TargetType } from '../../src/targets/catalog.js';
import type { ConformanceSubject } from './conformance.js';
import { dbtCloudSubjects } from './dbt-cloud-subjects.js';
import { metabaseSubjects } from './metabase-subjects.js';
import { retoolSubjects } from './retool-subjects.js';
import { scimSubjects } from './scim-subjects.js';

/** What the conformance suite runs against, for every type of the catalog: a new type does not compile without. */
export const subjects: Readonly<Record<TargetType, readonly ConformanceSubject[]>> = {
  'dbt-cloud': dbtCloudSubjects,
  metabase: metabaseSubjects,
  retool: retoolSubjects,
  scim: scimSubjects,
};
