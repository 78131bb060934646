import { type Clock, messageOf } from '@sightline/base';
import { openTransport, type Transport } from '@sightline/otlp';
import type { ResolvedTracingSettings } from './fields.js';
import { withoutTracing } from './suppressed.js';

/** Sends requests over OTLP, outside any trace. The transport is loaded with the first request. */
export interface OtlpTransport {
  readonly transport: Transport;
  /** Rejects for certificates that cannot be read. */
  readonly ready: Promise<void>;
}

export function otlpTransport(settings: ResolvedTracingSettings, clock: Clock): OtlpTransport {
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
