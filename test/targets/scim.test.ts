import { runTargetConformance } from './conformance.js';
import { anotherDrawbridge } from './drawbridge-harness.js';

runTargetConformance(anotherDrawbridge);
