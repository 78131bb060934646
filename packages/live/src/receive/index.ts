// Receivers of OTLP.
export { openOtlpGrpc } from './otlp-grpc.js';
export { openOtlpHttp } from './otlp-http.js';
export type { OtlpReceiver, ReceiverOptions } from './receiver-options.js';
export { RequestBudget } from './request-budget.js';
