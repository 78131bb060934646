import { type Clock, messageOf } from '@sightline/base';
import type { ResolvedOtlpOptions } from '../fields.js';
import type { OtlpSignal } from '../signal.js';
import { openTransport } from './open-transport.js';
import type { Transport } from './transport.js';

export interface LazyTransportOptions {
  readonly signal: OtlpSignal;
  /** The package that sends, for messages. */
  readonly subject: string;
  readonly clock: Clock;
  /**
   * Runs a function outside any request and untraced: what sends telemetry must make none. Called for opening and for each request.
   * Default: as it is.
   */
  readonly run?: (<T>(fn: () => T) => T) | undefined;
}

/** A transport that is opened, and its code loaded, with the first request. */
export interface LazyTransport extends Transport {
  /** Rejects if a certificate cannot be read, which is tried at once. Requests are then refused with the same reason. */
  readonly ready: Promise<void>;
}

export function lazyTransport(settings: ResolvedOtlpOptions, options: LazyTransportOptions): LazyTransport {
  const { signal, subject, clock, run = (fn) => fn() } = options;
  let opening: Promise<Transport> | undefined;
  let isShutDown = false;
  const open = (): Promise<Transport> => {
    opening ??= run(() => openTransport(settings, { signal, subject, clock }));
    return opening;
  };
  // A wrong path is reported at start-up.
  const readsFiles = (settings.caFile ?? settings.certFile ?? settings.keyFile) !== undefined;
  const ready = readsFiles ? open().then(() => {}) : Promise.resolve();
  ready.catch(ignore);
  return {
    ready,
    async send(body, timeoutMs) {
      let transport: Transport;
      try {
        transport = await open();
      } catch (error) {
        return { kind: 'refused', reason: messageOf(error), isTooLarge: false };
      }
      if (isShutDown) return { kind: 'retryable', reason: 'the transport was shut down' };
      return run(() => transport.send(body, timeoutMs));
    },
    releaseIdleConnections: () => void opening?.then((transport) => transport.releaseIdleConnections(), ignore),
    shutdown() {
      isShutDown = true;
      void opening?.then((transport) => transport.shutdown(), ignore);
    },
  };
}

/** Each request reports the error. */
function ignore(): void {}
