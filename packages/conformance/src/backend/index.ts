export { ConformanceFailure } from '../conformance-failure.js';
export type { TestRunner } from '../test-runner.js';
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
} from './backend-profile.js';
export type { CaseGroup, ConformanceCase } from './conformance-case.js';
export { appliesTo } from './conformance-case.js';
export { conformanceCases } from './conformance-cases.js';
export type { DescribeBackendOptions } from './describe-backend.js';
export { describeBackend } from './describe-backend.js';
export type { Rig, RigOptions } from './rig.js';
export { runCase } from './run-case.js';
