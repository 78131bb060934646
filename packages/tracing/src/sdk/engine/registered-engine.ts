import { ProxyTracerProvider, propagation, type TextMapPropagator, trace } from '@opentelemetry/api';
import { apiGlobal } from '../registration.js';
import type { EngineOptions, EngineProvider, TracingEngine } from './tracing-engine.js';

/**
 * The provider that the service registers itself, such as its own `NodeSDK`, before or after this. It decides about spans, counts,
 * sends and ends them; here spans are started on it, with names, redaction and limits of ours.
 */
export function registeredEngine(options: EngineOptions): TracingEngine {
  const provider: EngineProvider = {
    getTracer: (name, version, options) => trace.getTracerProvider().getTracer(name, version, options),
    forceFlush: async () => registered()?.forceFlush?.(),
    async shutdown() {}, // the service ends what it has started
  };
  return {
    get name() {
      const current = registered();
      return current === undefined
        ? 'the registered provider, but none is registered: start the service’s own SDK'
        : `the registered provider (${current.constructor.name})`;
    },
    provider,
    isRegistrable: false,
    spansOptions: { maxValueLength: options.settings.attributeValueLengthLimit },
    queues: [],
    // At a shutdown, too: the process may end by the same signal before the service ends its SDK.
    async processors() {
      try {
        await provider.forceFlush();
        return [];
      } catch (error) {
        return [error].flat(); // OpenTelemetry's provider rejects with a list
      }
    },
    problems: problemsOf(options),
  };
}

/** Options that the provider has been made without. Variables are not among them: the service's SDK reads these itself. */
function problemsOf({ settings, samplingRules, processors }: EngineOptions): readonly string[] {
  const unused = [
    ...(typeof settings.sampler === 'object' ? ['sampler'] : []),
    ...(samplingRules.length > 0 ? ['samplingRules'] : []),
    ...(typeof settings.exporter === 'object' && !Array.isArray(settings.exporter) ? ['exporter'] : []),
    ...(processors.length > 0 ? ['spanProcessors or baggageAttributes'] : []),
  ];
  if (unused.length === 0) return [];
  return [
    `the engine "registered" cannot use ${unused.join(', ')}: give them to the SDK that the service starts itself.`,
  ];
}

/** The propagator that the service registers, before or after this; `otherwise` until then. */
export function registeredPropagator(otherwise: TextMapPropagator): TextMapPropagator {
  const current = (): Pick<TextMapPropagator, 'inject' | 'extract' | 'fields'> =>
    apiGlobal('propagation') === undefined ? otherwise : propagation;
  return {
    inject: (context, carrier, setter) => current().inject(context, carrier, setter),
    extract: (context, carrier, getter) => current().extract(context, carrier, getter),
    fields: () => current().fields(),
  };
}

interface Provider {
  forceFlush?(): Promise<void>;
}

function registered(): Provider | undefined {
  const provider = trace.getTracerProvider();
  const delegate = provider instanceof ProxyTracerProvider ? provider.getDelegate() : provider;
  return delegate === noProvider ? undefined : (delegate as Provider);
}

const noProvider: unknown = new ProxyTracerProvider().getDelegate();
