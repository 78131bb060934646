import {
  type Context,
  context,
  type Span,
  type SpanOptions,
  type Tracer as TracerApi,
  type TracerProvider as TracerProviderApi,
} from '@opentelemetry/api';
import type { Clock } from '@sightline/base';
import type { AttributePolicy } from '../../spans/attribute-policy.js';
import { cleanLinks } from '../../spans/guard-span.js';
import { nameString } from '../../spans/name-string.js';
import { timeOf } from '../../spans/time-of.js';
import { settleAll } from '../../tracer/settle-all.js';
import { optionOf } from '../../untrusted-values.js';
import type { SpanQueue } from '../span-delivery.js';
import type { EngineProvider, TracingEngine } from './tracing-engine.js';

export interface OpenTelemetryProviderOptions extends Pick<TracingEngine, 'processors'> {
  /** The SDK's provider. */
  readonly official: TracerProviderApi;
  /** For the first attributes of spans: the SDK shows them to the sampler before any processor sees the span. */
  readonly policy: AttributePolicy;
  readonly queues: readonly SpanQueue[];
  readonly clock: Clock;
}

/**
 * The provider of OpenTelemetry's SDK, whose tracers clean what a span is started with and go on in the next provider after a restart.
 * The spans are the SDK's own.
 */
export function openTelemetryProvider(options: OpenTelemetryProviderOptions): EngineProvider {
  const { official, policy, queues, processors, clock } = options;
  const tracers = new WeakMap<TracerApi, TracerApi>();
  let successor: TracerProviderApi | undefined;
  const provider: EngineProvider = {
    getTracer(name, version, scope) {
      const own = official.getTracer(name, version, scope);
      const known = tracers.get(own);
      if (known !== undefined) return known;
      const tracer = cleaningTracer(() => successor?.getTracer(name, version, scope) ?? own, policy);
      tracers.set(own, tracer);
      return tracer;
    },
    forceFlush: () => settleAll('forceFlush', processors, queues, clock),
    shutdown: () => settleAll('shutdown', processors, queues, clock),
    handOver(next) {
      if (next !== provider) successor = next;
    },
  };
  return provider;
}

function cleaningTracer(current: () => TracerApi, policy: AttributePolicy): TracerApi {
  return {
    startSpan: (name, options, parent = context.active()) =>
      current().startSpan(nameString(name), cleaned(options, policy), parent),
    startActiveSpan(name: string, ...rest: readonly unknown[]): unknown {
      const fn = rest.at(-1);
      if (typeof fn !== 'function') return undefined;
      const options = rest.length > 1 ? (rest[0] as SpanOptions) : undefined;
      const parent = rest.length > 2 ? ((rest[1] as Context | undefined) ?? context.active()) : context.active();
      const run = fn as (span: Span) => unknown;
      return current().startActiveSpan(nameString(name), cleaned(options, policy), parent, run);
    },
  } as TracerApi;
}

function cleaned(options: SpanOptions | undefined, policy: AttributePolicy): SpanOptions {
  const [attributes, links] = [optionOf(options, 'attributes'), optionOf(options, 'links')];
  const kind = optionOf(options, 'kind');
  const startTime = timeOf(optionOf(options, 'startTime'));
  return {
    root: optionOf(options, 'root') === true,
    ...(typeof kind === 'number' ? { kind } : {}),
    ...(attributes === undefined ? {} : { attributes: policy.cleanAll(attributes) }),
    ...(links === undefined ? {} : { links: cleanLinks(links, policy) }),
    ...(startTime === undefined ? {} : { startTime }),
  };
}
