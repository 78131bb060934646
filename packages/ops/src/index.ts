export type { PackName } from './catalogue/all-packs.js';
export { defineOps } from './facts/define-ops.js';
export type {
  EmailDefinition,
  ErrorsDefinition,
  FreshnessDefinition,
  LimitsDefinition,
  MetricReference,
  NotifyDefinition,
  OperationDefinition,
  OpsDefinition,
  QueueDefinition,
  SignalDefinition,
  SloDefinition,
  Where,
} from './facts/definition.js';
