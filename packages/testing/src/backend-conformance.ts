export type {
  BackendProfile,
  BackendUnderTest,
  CreateContext,
  CreatedBackend,
  Declared,
  DeclaredFamily,
  Deviation,
  ReceivedExponential,
  ReceivedPoint,
  ReceivedWindow,
} from './conformance/backend-profile.js';
export type { CaseGroup, ConformanceCase } from './conformance/conformance-case.js';
export { appliesTo } from './conformance/conformance-case.js';
export { conformanceCases } from './conformance/conformance-cases.js';
export { ConformanceFailure } from './conformance/conformance-failure.js';
export type { DescribeBackendOptions } from './conformance/describe-backend.js';
export { describeBackend } from './conformance/describe-backend.js';
export type { Rig, RigOptions } from './conformance/rig.js';
export { runCase } from './conformance/run-case.js';
export type { TestRunner } from './conformance/test-runner.js';
