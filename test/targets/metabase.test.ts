import { runTargetConformance } from './conformance.js';
import { subjects } from './subjects.js';

for (const subject of subjects.metabase) runTargetConformance(subject);
