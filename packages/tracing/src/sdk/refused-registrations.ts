/**
 * Joins what OpenTelemetry's API reports when another set-up registers after the first one, an error with a stack for each part, into
 * one line for all that are refused in the same turn. Returns whether `message` is such a report.
 */
export function refusedRegistrations(warn: (line: string) => void): (message: string) => boolean {
  const refused = new Set<string>();
  let origin: string | undefined;
  return (message) => {
    const api = /^Error: @opentelemetry\/api: Attempted duplicate registration of API: (\w+)/.exec(message)?.[1];
    if (api === undefined) return false;
    if (refused.size === 0) {
      origin = originOf(message);
      queueMicrotask(() => {
        warn(lineFor([...refused], origin));
        refused.clear();
      });
    }
    refused.add(api);
    return true;
  };
}

function lineFor(refused: readonly string[], origin: string | undefined): string {
  const parts = refused.map((api) => partNames[api] ?? api);
  const list = [parts.slice(0, -1).join(', '), parts.at(-1)].filter((each) => each !== '').join(' and ');
  const effect = refused.includes('trace')
    ? 'it gets no spans, and what it keeps for each request may get mixed up'
    : 'what was registered first is used';
  return `[tracing] Another OpenTelemetry set-up${origin === undefined ? '' : ` (${origin})`} came after the first one, and its ${list} ${parts.length === 1 ? 'was' : 'were'} refused: ${effect}. Start only one; or start that one first, and set { engine: "registered" } to use it.`;
}

const partNames: Readonly<Record<string, string>> = {
  trace: 'tracer provider',
  context: 'context manager',
  propagation: 'propagator',
  metrics: 'meter provider',
};

/** The package, or the file outside of packages, that called OpenTelemetry's API or SDK. */
function originOf(stack: string): string | undefined {
  for (const line of stack.split('\n').slice(1)) {
    const path = /(?:\(|at )([^()]+):\d+:\d+\)?$/.exec(line)?.[1]?.replaceAll('\\', '/');
    if (path === undefined || path.startsWith('node:')) continue;
    const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
    if (name === undefined || !/^@opentelemetry\/(?:api|sdk-.+)$/.test(name)) return name ?? path;
  }
  return undefined;
}
