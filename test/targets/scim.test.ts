import { runTargetConformance } from './conformance.js';
import { scimSubjects } from './scim-subjects.js';

for (const subject of scimSubjects) runTargetConformance(subject);
