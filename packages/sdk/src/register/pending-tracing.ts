import {
  ProxyTracerProvider,
  propagation,
  type TextMapPropagator,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import type { Log } from '@sightline/base';
import { logDiagnostics, type Tracing } from '@sightline/tracing/sdk';

export interface PendingTracing {
  readonly provider: TracerProvider;
  install(): void;
  /** Makes room for the registration of the tracing that was waited for. */
  remove(): void;
}

/**
 * The tracing of this process until there is one: the first span that is made, and the first header that is read or written, calls
 * `begin`, which gives the real one. So nothing is lost of a service that is traced only by instrumentations. Tracers that were
 * handed out meanwhile go on working, on the real one.
 * @param begin `undefined` while the tracing is being started, or where that failed: nothing is traced then
 * @param log gets what OpenTelemetry's API reports meanwhile, such as another set-up that comes too late
 */
export function pendingTracing(begin: () => Tracing | undefined, log: Log): PendingTracing {
  const provider: TracerProvider = {
    getTracer(name, version, options) {
      let real: Tracer | undefined;
      const tracer = (): Tracer => {
        real ??= begin()?.provider.getTracer(name, version, options);
        return real ?? noTracer;
      };
      return {
        startSpan: (...args) => tracer().startSpan(...args),
        startActiveSpan: (...args: Parameters<Tracer['startActiveSpan']>) => tracer().startActiveSpan(...args),
      } as Tracer;
    },
  };
  const propagator: TextMapPropagator = {
    inject: (context, carrier, setter) => begin()?.propagator.inject(context, carrier, setter),
    extract: (context, carrier, getter) => begin()?.propagator.extract(context, carrier, getter) ?? context,
    fields: () => begin()?.propagator.fields() ?? [],
  };
  let isProviderOurs = false;
  let isPropagatorOurs = false;
  let removeDiagnostics = (): void => {};
  return {
    provider,
    install() {
      isProviderOurs = trace.setGlobalTracerProvider(provider);
      isPropagatorOurs = propagation.setGlobalPropagator(propagator);
      removeDiagnostics = logDiagnostics('error', log, Date.now);
    },
    remove() {
      removeDiagnostics();
      if (isProviderOurs) trace.disable();
      if (isPropagatorOurs) propagation.disable();
    },
  };
}

const noTracer: Tracer = new ProxyTracerProvider().getDelegate().getTracer('@sightline/sdk');
