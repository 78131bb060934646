export { attributesSize } from './attributes-size.js';
export { type Delivery, type DeliveryOptions, type DeliveryReport, delivery } from './delivery.js';
export type { DeliveryStats, LossReason } from './delivery-counts.js';
export { type OtlpEnvironmentRow, otlpEnvironment } from './environment.js';
export { openTransport } from './open-transport.js';
export {
  checkFor,
  type OptionChecks,
  type OtlpOptions,
  type OtlpProtocol,
  otlpDecidedTogether,
  otlpProtocols,
  type ResolvedOtlpOptions,
  resolveOtlpOptions,
} from './options.js';
export { otlpLabelValues } from './otlp-label-values.js';
export { packageVersion } from './package-version.js';
export { type ReadMessage, readProtobuf } from './read-protobuf.js';
export { type Retries, retries } from './retries.js';
export { type OtlpSignal, type SignalWire, signalWires } from './signal.js';
export { type Answer, reasonOf, shortText, type Transport } from './transport.js';
