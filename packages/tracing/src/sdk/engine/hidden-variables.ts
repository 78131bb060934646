/**
 * Runs `fn` without the variables of OpenTelemetry in the environment. Its packages read them in constructors, where they would mix
 * with the settings that are given: headers of the environment with those of the code.
 */
export function withoutOtelVariables<T>(fn: () => T): T {
  const hidden = Object.entries(process.env).filter(([name]) => name.startsWith('OTEL_'));
  for (const [name] of hidden) delete process.env[name];
  try {
    return fn();
  } finally {
    for (const [name, value] of hidden) process.env[name] = value;
  }
}
