/** Returns the result of `ask`, or `otherwise` if it throws: for callbacks, loggers and propagators of the service. */
export function quietly<T>(ask: () => T, otherwise: T): T {
  try {
    return ask();
  } catch {
    return otherwise; // telemetry must not fail the request that it describes
  }
}
