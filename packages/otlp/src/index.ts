export { attributesSize } from './delivery/attributes-size.js';
export { type Delivery, type DeliveryOptions, type DeliveryReport, delivery } from './delivery/delivery.js';
export type { DeliveryStats, LossReason } from './delivery/delivery-counts.js';
export { type OtlpEnvironmentRow, otlpEnvironment } from './environment.js';
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
export { type OtlpSignal, type SignalWire, signalWires } from './signal.js';
export { openTransport } from './transport/open-transport.js';
export { type ReadMessage, readProtobuf } from './transport/read-protobuf.js';
export { type Retries, retries } from './transport/retries.js';
export { type Answer, reasonOf, shortText, type Transport } from './transport/transport.js';
