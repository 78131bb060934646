import type { Clock, Log } from '@sightline/base';
import type { Registration } from './registration.js';

/**
 * Logs it once if another set-up replaces what was registered: some clear OpenTelemetry's API first, which then reports nothing.
 * Looks once when the service has started, and at the end.
 */
export function watchRegistration(registration: Registration, log: Log, clock: Clock): { end(): void } {
  const timer = clock.setTimer(look, STARTED_MS);
  timer.unref();
  let isLogged = false;
  function look(): void {
    const replacement = registration.replacement();
    if (replacement === undefined || isLogged) return;
    isLogged = true;
    log.warn(
      {},
      `[tracing] Another OpenTelemetry set-up has replaced the tracer provider that was registered (by ${replacement}): instrumentations use that one, and their spans are not sent from here. Start only one; or start that one first, and set { engine: "registered" } to use it.`,
    );
  }
  return {
    end() {
      timer.cancel();
      look();
    },
  };
}

const STARTED_MS = 10_000;
