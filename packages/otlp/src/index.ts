export { attributesSize } from './delivery/attributes-size.js';
export { delivery } from './delivery/delivery.js';
export {
  type DeliveryCounts,
  type DeliveryStats,
  deliveryCounts,
  type LossReason,
} from './delivery/delivery-counts.js';
export type { Delivery, DeliveryOptions, DeliveryReport } from './delivery/delivery-options.js';
export type { OtlpOptions, OtlpProtocol, ResolvedOtlpOptions } from './fields.js';
export { otlpLabelValues } from './otlp-label-values.js';
export { otlpSettings } from './otlp-settings.js';
export { packageVersion } from './package-version.js';
export { type OtlpSignal, type SignalWire, signalWires } from './signal.js';
export type { TlsFiles } from './transport/http-transport.js';
export { type LazyTransport, type LazyTransportOptions, lazyTransport } from './transport/lazy-transport.js';
export { openTransport, tlsFiles } from './transport/open-transport.js';
export { type Retries, retries } from './transport/retries.js';
export { type Answer, reasonOf, shortText, type Transport } from './transport/transport.js';
