// The commands, for `sightline ops` and `sightline doctor` of the SDK.
export { factsOf, reportFacts } from './loaded-facts.js';
export type { Output } from './output.js';
export { runDoctor } from './run-doctor.js';
export { runOps } from './run-ops.js';
