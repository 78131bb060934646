export { type BusEvents, busEvents } from './bus-events.js';
export { type CountedSagas, type CountedSagasOptions, countedSagas } from './counted-sagas.js';
export { type CqrsEvents, type SagaStatus, sagaStatuses } from './cqrs-events.js';
export { cqrsLabelValues, cqrsMetrics, cqrsMetricsOf } from './cqrs-metrics.js';
export { type TracedCommandBusOptions, tracedCommandBus } from './traced-command-bus.js';
export { type TracedEventBusOptions, tracedEventBus } from './traced-event-bus.js';
