import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Clock } from '@sightline/core';
import { openTransport, type Transport } from '@sightline/otlp';
import type { ResolvedTracingSettings } from './options.js';
import { withoutTracing } from './suppressed.js';

/** Encodes spans by OpenTelemetry's serialisers and sends them over OTLP. */
export interface OtlpSpans {
  encode(spans: readonly ReadableSpan[]): Promise<Uint8Array>;
  readonly transport: Transport;
  /** Rejects for certificates that cannot be read. */
  readonly ready: Promise<void>;
}

/** Both the serialisers and the transport are loaded in the background: spans can be recorded at once. */
export function otlpSpans(settings: ResolvedTracingSettings, clock: Clock): OtlpSpans {
  const opening = withoutTracing(() => openTransport(settings, { signal: 'traces', subject: 'tracing', clock }));
  const serialisers = import('@opentelemetry/otlp-transformer');
  const ready = Promise.all([opening, serialisers]).then(() => {});
  ready.catch(() => {}); // told by `start` and by every request
  let isClosed = false;
  const onTransport = (act: (transport: Transport) => void): void => void opening.then(act, () => {});
  return {
    ready,
    async encode(spans) {
      const { JsonTraceSerializer, ProtobufTraceSerializer } = await serialisers;
      const serialiser = settings.protocol === 'http/json' ? JsonTraceSerializer : ProtobufTraceSerializer;
      const body = serialiser.serializeRequest([...spans]);
      if (body === undefined) throw new Error('the serialiser gave nothing');
      return body;
    },
    transport: {
      async send(body, timeoutMs) {
        let transport: Transport;
        try {
          transport = await opening;
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          return { kind: 'refused', reason, isTooLarge: false };
        }
        if (isClosed) return { kind: 'retryable', reason: 'it was closed' };
        return withoutTracing(() => transport.send(body, timeoutMs));
      },
      rest: () => onTransport((transport) => transport.rest()),
      close() {
        isClosed = true;
        onTransport((transport) => transport.close());
      },
    },
  };
}
