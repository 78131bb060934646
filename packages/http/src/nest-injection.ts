import { Inject } from '@nestjs/common';

/** Token of the observability passed to `SightlineModule`. */
export const SIGHTLINE: symbol = Symbol.for('sightline.nest.observability');
/** Token of its `MetricsCollector`. */
export const SIGHTLINE_METRICS: symbol = Symbol.for('sightline.nest.metrics');
/** Token of its `SpanBuilder`. */
export const SIGHTLINE_SPANS: symbol = Symbol.for('sightline.nest.spans');
/** Token of its logger; injects `undefined` if it has none. */
export const SIGHTLINE_LOGGER: symbol = Symbol.for('sightline.nest.logger');

type Injecting = PropertyDecorator & ParameterDecorator;

/** Injects the whole observability: `constructor(@InjectObservability() private readonly obs: Observability)`. */
export function InjectObservability(): Injecting {
  return Inject(SIGHTLINE);
}

/** Injects the `MetricsCollector` of `@sightline/core`, to declare metrics. */
export function InjectMetrics(): Injecting {
  return Inject(SIGHTLINE_METRICS);
}

/** Injects the `SpanBuilder` of `@sightline/tracing`, to create spans. */
export function InjectSpans(): Injecting {
  return Inject(SIGHTLINE_SPANS);
}

/** Injects the logger of the observability. */
export function InjectLogger(): Injecting {
  return Inject(SIGHTLINE_LOGGER);
}
