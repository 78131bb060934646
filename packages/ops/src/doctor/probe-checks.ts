import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '@sightline/base';
import { ask, below, refused, shown, UnreachableError } from './ask.js';
import { type Check, type Finding, failed, ok, skipped } from './check.js';
import { type DoctorOptions, peerOf } from './doctor-options.js';
import type { Peer, PeerName } from './peers.js';
import { PROBE_SERVICE, type Probe, sendProbe } from './probe-sender.js';

/** Sends a span and a line on the way that the service's take, and looks for them where people would. */
export function probeChecks(options: DoctorOptions, timeoutMs: number): Check[] {
  const storesOf = (...names: ReadonlyArray<keyof typeof storeKinds>): Store[] =>
    names.map((name) => ({ ...storeKinds[name], peer: peerOf(options, name) }));
  // Without a place to look, the collector's answer is all that can be seen.
  return [
    {
      name: 'trace',
      run: (signal) => probed('traces', options, timeoutMs, signal, storesOf('jaeger', 'tempo')),
    },
    { name: 'log', run: (signal) => probed('logs', options, timeoutMs, signal, storesOf('loki')) },
  ];
}

/** A place where a probe should turn up. */
interface Store extends StoreKind {
  readonly peer: Peer | undefined;
}

interface StoreKind {
  readonly name: string;
  has(peer: Peer, probe: Probe, signal: AbortSignal): Promise<boolean>;
}

async function probed(
  kind: 'traces' | 'logs',
  options: DoctorOptions,
  timeoutMs: number,
  signal: AbortSignal,
  stores: readonly Store[],
): Promise<Finding> {
  const what = kind === 'traces' ? 'span' : 'line';
  const asked = stores.flatMap(({ peer, ...kind }) => (peer === undefined ? [] : [{ ...kind, peer }]));
  const env = options.env ?? process.env;
  // Empty is as absent (OpenTelemetry, "Environment Variable Specification").
  const isConfigured = ['ENDPOINT', `${kind.toUpperCase()}_ENDPOINT`].some(
    (name) => (env[`OTEL_EXPORTER_OTLP_${name}`] ?? '') !== '',
  );
  if (asked.length === 0 && !isConfigured) {
    const names = stores.map(({ name }) => `--${name.toLowerCase()} <url>`).join(' or ');
    return skipped(`Give where they are kept: ${names}; and OTEL_EXPORTER_OTLP_ENDPOINT as the service has it.`);
  }
  let probe: Probe;
  try {
    probe = await sendProbe(kind, options, timeoutMs / 2);
  } catch (error) {
    return failed(`The ${what} could not be sent: ${messageOf(error)}`, 'Correct the variables OTEL_EXPORTER_OTLP_….');
  }
  const { answer, address } = probe;
  if (answer.kind !== 'accepted') {
    return failed(
      `${shown(address)} did not accept the ${what}: ${answer.reason}`,
      'Look whether the collector runs and whether OTEL_EXPORTER_OTLP_ENDPOINT, _PROTOCOL, _HEADERS and _CERTIFICATE are right.',
    );
  }
  if (answer.rejected > 0) {
    return failed(`${shown(address)} rejected the ${what}: ${answer.message}`, 'Look at the collector’s log.');
  }
  const seen: string[] = [`${shown(address)} accepted a ${what}.`];
  for (const store of asked) {
    const start = performance.now();
    const problem = await awaited(store, probe, signal, timeoutMs * 0.8);
    if (problem !== undefined) return failed(`${seen.join(' ')} ${problem.message}`, problem.remedy ?? remedyOf(store));
    seen.push(`${store.name} had it after ${Math.round(performance.now() - start)} ms.`);
  }
  return ok(seen.join(' '));
}

/** Asks again and again until the probe is there. Returns what is wrong if it does not come. */
async function awaited(
  store: StoreKind & { readonly peer: Peer },
  probe: Probe,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<{ readonly message: string; readonly remedy?: string | undefined } | undefined> {
  const end = performance.now() + timeoutMs;
  const absent = { message: `${store.name} does not have it after ${Math.round(timeoutMs / 1000)} s.` };
  let problem: { readonly message: string; readonly remedy?: string | undefined } = absent;
  while (performance.now() < end && !signal.aborted) {
    try {
      if (await store.has(store.peer, probe, signal)) return undefined;
      problem = absent;
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      problem = error;
    }
    await delay(100, undefined, { signal }).catch(() => undefined);
  }
  return problem;
}

function remedyOf({ name }: StoreKind): string {
  return `Look whether the collector sends to ${name}, and at the collector’s own losses (otelcol_exporter_send_failed_…).`;
}

const storeKinds = {
  jaeger: {
    name: 'Jaeger',
    has: async (peer, { traceId }, signal) =>
      (await found(below(peer, `/api/v3/traces/${traceId}`), signal)) ||
      (await found(below(peer, `/api/traces/${traceId}`), signal)),
  },
  tempo: {
    name: 'Tempo',
    has: (peer, { traceId }, signal) => found(below(peer, `/api/traces/${traceId}`), signal),
  },
  loki: {
    name: 'Loki',
    async has(peer, { traceId }, signal) {
      const query = `{service_name="${PROBE_SERVICE}"} |= "${traceId}"`;
      const lines = below(peer, '/loki/api/v1/query_range', { query, since: '5m', limit: '1' });
      const answer = await ask(lines, { signal });
      if (answer.status !== 200) throw refused(answer, lines);
      return answer.text.includes(`doctor ${traceId}`);
    },
  },
} satisfies Partial<Record<PeerName, StoreKind>>;

/** Whether an answer holds the trace; 404 means not yet. */
async function found(trace: Peer, signal: AbortSignal): Promise<boolean> {
  const answer = await ask(trace, { signal, accept: 'application/json' });
  if (answer.status === 404) return false;
  if (answer.status !== 200) throw refused(answer, trace);
  return answer.text.includes(PROBE_SERVICE);
}
