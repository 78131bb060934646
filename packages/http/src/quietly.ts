/** What `ask` gives, or `otherwise` where it throws: for callbacks, loggers and propagators of others. */
export function quietly<T>(ask: () => T, otherwise: T): T {
  try {
    return ask();
  } catch {
    return otherwise; // telemetry must not fail the request that it describes
  }
}
