import { randomBytes } from 'node:crypto';
import { systemClock } from '@sightline/base';
import { type Answer, openTransport, otlpSettings } from '@sightline/otlp';
import { logEncoder, spanEncoder } from '@sightline/otlp/encode';
import { EnvironmentReader, effectiveOptions, Settings } from '@sightline/settings';
import type { DoctorOptions } from './doctor-options.js';

/** The name that probes have, apart from those of services. */
export const PROBE_SERVICE = 'sightline-doctor';

/** What was sent, to be found again. */
export interface Probe {
  /** 32 hexadecimal digits; also in the line. */
  readonly traceId: string;
  readonly address: string;
  readonly answer: Answer;
}

/** Sends one span, or one line, as the service would by its environment: address, protocol, headers, certificates. */
export async function sendProbe(signal: 'traces' | 'logs', options: DoctorOptions, timeoutMs: number): Promise<Probe> {
  const otlp = otlpSettings(signal, 'ops', 'otlp');
  const problems: string[] = [];
  const chosen = effectiveOptions(
    { ...otlp, name: 'otlp', code: undefined, defaults: undefined },
    { environment: new EnvironmentReader(options.env ?? process.env), settings: new Settings(), problems },
  );
  const settings = otlp.resolve(chosen);
  const transport = await openTransport(settings, { signal, subject: 'ops', clock: systemClock });
  const traceId = randomBytes(16).toString('hex');
  try {
    const encoding = settings.protocol === 'http/json' ? 'json' : 'protobuf';
    const body = signal === 'traces' ? spanRequest(traceId, encoding) : lineRequest(traceId, encoding);
    return { traceId, address: settings.url, answer: await transport.send(body, timeoutMs) };
  } finally {
    transport.shutdown();
  }
}

const resource = ['service.name', PROBE_SERVICE];
const scope = { name: PROBE_SERVICE };
type Encoding = 'protobuf' | 'json';

function spanRequest(traceId: string, encoding: Encoding): Uint8Array {
  const encoder = spanEncoder({ encoding, resource });
  const { seconds, nanos } = now();
  const span = encoder.encode(
    {
      traceId,
      spanId: randomBytes(8).toString('hex'),
      parentSpanId: undefined,
      traceState: undefined,
      flags: 0x101,
      name: 'doctor',
      kind: 0,
      startSeconds: seconds,
      startNanos: nanos,
      endSeconds: seconds,
      endNanos: nanos,
      attributes: [],
      droppedAttributesCount: 0,
      events: [],
      droppedEventsCount: 0,
      links: [],
      droppedLinksCount: 0,
      statusCode: 0,
      statusMessage: undefined,
    },
    scope,
  );
  return encoder.request([span]);
}

function lineRequest(traceId: string, encoding: Encoding): Uint8Array {
  const encoder = logEncoder({ encoding, resource });
  const { seconds, nanos } = now();
  const line = encoder.encode(
    {
      timeSeconds: seconds,
      timeNanos: nanos,
      observedSeconds: seconds,
      observedNanos: nanos,
      severityNumber: 9,
      severityText: 'info',
      body: `doctor ${traceId}`,
      attributes: [],
      droppedAttributesCount: 0,
      flags: 0,
    },
    scope,
  );
  return encoder.request([line]);
}

function now(): { seconds: number; nanos: number } {
  const ms = Date.now();
  return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1_000_000 };
}
