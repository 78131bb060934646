export type { AdaptiveSamplerOptions } from './sampling/adaptive-sampler.js';
export { adaptiveSampler } from './sampling/adaptive-sampler.js';
export { alwaysOff, alwaysOn } from './sampling/always.js';
export { isDebug, withDebug } from './sampling/debug-flag.js';
export type { HeadSampling } from './sampling/head-sampling.js';
export { headSampling } from './sampling/head-sampling.js';
export type { NameRule, NameRulesOptions } from './sampling/name-rules.js';
export { nameRules } from './sampling/name-rules.js';
export type { ParentBasedOptions } from './sampling/parent-based.js';
export { parentBased } from './sampling/parent-based.js';
export { ratioSampler } from './sampling/ratio-sampler.js';
export type { Sampler, SamplingDecision, SamplingResult } from './sampling/sampler.js';
export type { NamedSampler } from './sampling/sampler-from-name.js';
export { samplerFromName } from './sampling/sampler-from-name.js';
export type { AttributeInput, AttributeInputs } from './spans/attribute-policy.js';
export { Attr } from './spans/attributes.js';
export type { RunSpan, SpanBuilder, SpansOptions } from './spans/create-spans.js';
export { createSpans } from './spans/create-spans.js';
export { traced } from './spans/default-spans.js';
export { knownMethod, knownMethods, methodInName } from './spans/http-method.js';
export type { IdGenerator } from './spans/random-ids.js';
export { errorType, recordFailure } from './spans/record-failure.js';
export { runInSpan } from './spans/run-in-span.js';
export type { Saga, SagaStepOptions } from './spans/run-saga.js';
export { type SagaOutcome, sagaOutcomes } from './spans/saga-outcome.js';
export type { SecretKeys } from './spans/secret-keys.js';
export type {
  CqrsSpanOptions,
  DbSpanOptions,
  HttpSpanOptions,
  MessageSpanOptions,
  SagaSpanOptions,
  SpanOptions,
} from './spans/span-options.js';
export type { MethodDecorator, Traced, TracedOptions } from './spans/traced.js';
export { tracedBy } from './spans/traced.js';
