import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { type Clock, messageOf } from '@sightline/base';
import { openTransport, type Transport } from '@sightline/otlp';
import type { ResolvedTracingSettings } from './fields.js';
import { withoutTracing } from './suppressed.js';

/** Encodes spans by OpenTelemetry's serialisers and sends them over OTLP. */
export interface OtlpSpans {
  encode(spans: readonly ReadableSpan[]): Promise<Uint8Array>;
  readonly transport: Transport;
  /** Rejects for certificates that cannot be read. */
  readonly ready: Promise<void>;
}

/** Serialisers and transport are loaded with the first spans that are sent. */
export function otlpSpans(settings: ResolvedTracingSettings, clock: Clock): OtlpSpans {
  let opening: Promise<Transport> | undefined;
  let isClosed = false;
  const open = (): Promise<Transport> => {
    opening ??= withoutTracing(() => openTransport(settings, { signal: 'traces', subject: 'tracing', clock }));
    return opening;
  };
  // Read certificates at start-up, so that a wrong path is reported then.
  const readsFiles = (settings.caFile ?? settings.certFile) !== undefined;
  const ready = readsFiles ? open().then(() => {}) : Promise.resolve();
  ready.catch(() => {}); // every request reports it, too
  return {
    ready,
    async encode(spans) {
      const { JsonTraceSerializer, ProtobufTraceSerializer } = await import('@opentelemetry/otlp-transformer');
      const serialiser = settings.protocol === 'http/json' ? JsonTraceSerializer : ProtobufTraceSerializer;
      const body = serialiser.serializeRequest([...spans]);
      if (body === undefined) throw new Error('the serialiser returned nothing');
      return body;
    },
    transport: {
      async send(body, timeoutMs) {
        let transport: Transport;
        try {
          transport = await open();
        } catch (error) {
          const reason = messageOf(error);
          return { kind: 'refused', reason, isTooLarge: false };
        }
        if (isClosed) return { kind: 'retryable', reason: 'it was closed' };
        return withoutTracing(() => transport.send(body, timeoutMs));
      },
      releaseIdleConnections: () => void opening?.then((transport) => transport.releaseIdleConnections(), ignore),
      shutdown() {
        isClosed = true;
        opening?.then((transport) => transport.shutdown(), ignore);
      },
    },
  };
}

/** Every request has reported the error. */
function ignore(): void {}
