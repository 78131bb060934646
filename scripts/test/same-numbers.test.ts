import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { logSnapshotBackend } from '../../packages/backends/log-snapshot/src/index.js';
import { otelBackend } from '../../packages/backends/otel/src/index.js';
import { fakeCollector } from '../../packages/backends/otel/test/fake-collector.js';
import { grpcCollector } from '../../packages/backends/otel/test/grpc-collector.js';
import { receivedFrom } from '../../packages/backends/otel/test/received.js';
import { prometheusBackend } from '../../packages/backends/prometheus/src/index.js';
import { parseExposition } from '../../packages/backends/prometheus/test/parse-exposition.js';
import { statsdBackend } from '../../packages/backends/statsd/src/index.js';
import { samplesOf } from '../../packages/backends/statsd/test/read-lines.js';
import { recordProgram } from '../../packages/backends/statsd/test/seeded-program.js';
import { streamServer, type TestServer, udpServer } from '../../packages/backends/statsd/test/test-server.js';
import { createMetrics, type MetricsBackend } from '../../packages/core/src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'sightline-same-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const host = '127.0.0.1';
const seldom = 3_600_000;

/** A peer's numbers after all rounds: each number of every series, sorted. The conformance kit checks labels. */
interface Numbers {
  counters: number[];
  gauges: number[];
  counts: number[];
}

interface Wire {
  readonly backend: MetricsBackend;
  /** Called before shutdown: afterwards a scraped service is gone. */
  received(): Promise<Numbers>;
  close?(): Promise<void>;
}

/** Etsy's statsd and collectd count the same program in the integration tests of the StatsD backend. */
const wires: ReadonlyArray<readonly [name: string, open: () => Promise<Wire>]> = [
  ['Prometheus, text', () => prometheus('text')],
  ['Prometheus, OpenMetrics', () => prometheus('openmetrics')],
  ['OTLP, http/protobuf, running totals', () => otlp({ protocol: 'http/protobuf' })],
  ['OTLP, http/protobuf, differences', () => otlp({ protocol: 'http/protobuf', temporality: 'delta' })],
  ['OTLP, http/json, differences', () => otlp({ protocol: 'http/json', temporality: 'delta' })],
  ['OTLP, gRPC, running totals', () => otlp({ protocol: 'grpc' })],
  ['OTLP, gRPC, differences', () => otlp({ protocol: 'grpc', temporality: 'delta' })],
  ['StatsD over UDP', async () => statsd(await udpServer(), 'statsd', {})],
  ['Graphite tags over TCP', async () => statsd(await streamServer(), 'graphite', { protocol: 'tcp' })],
  ['DogStatsD over a Unix socket', () => dogstatsd()],
  ['log snapshot', () => logSnapshot()],
];

test.each(wires)('the same program gives the same numbers: %s', async (_, open) => {
  const { backend, received, close } = await open();
  const metrics = createMetrics({ backends: [backend] });
  await metrics.ready;
  const { expected, record } = recordProgram(metrics);
  for (let round = 0; round < 3; round++) {
    record();
    await metrics.flush();
  }
  const { counters, gauges, counts } = await received();
  await metrics.shutdown();
  await close?.();
  expectClose(counters, [...expected.counters.map(({ value }) => value), 3]);
  expectClose(
    gauges,
    expected.gauges.map(({ value }) => value),
  );
  expectClose(
    counts,
    expected.histograms.map(({ count }) => count),
  );
});

function expectClose(received: readonly number[], expected: readonly number[]): void {
  const sorted = received.toSorted((a, b) => a - b);
  expect(sorted.map((value) => Number(value.toFixed(6)))).toEqual(expected.toSorted((a, b) => a - b));
}

async function prometheus(format: 'text' | 'openmetrics'): Promise<Wire> {
  const backend = prometheusBackend({ listen: true, port: 0, host });
  return {
    backend,
    async received() {
      const accept = format === 'text' ? 'text/plain' : 'application/openmetrics-text';
      const page = await (await fetch(backend.address?.url ?? '', { headers: { accept } })).text();
      const samples = parseExposition(page, format).flatMap((family) => family.samples);
      const named = (name: string): number[] =>
        samples.filter((sample) => sample.name === name).map(({ value }) => value);
      return {
        counters: [...named('jobs_total'), ...named('done_total')],
        gauges: named('level'),
        counts: named('wait_milliseconds_count'),
      };
    },
  };
}

async function otlp(options: {
  protocol: 'http/protobuf' | 'http/json' | 'grpc';
  temporality?: 'delta';
}): Promise<Wire> {
  const collector = options.protocol === 'grpc' ? await grpcCollector() : await fakeCollector();
  return {
    backend: otelBackend({ url: collector.url, intervalMs: seldom, ...options }),
    async received() {
      const points = collector.received.flatMap(receivedFrom);
      const isDelta = options.temporality === 'delta';
      const named = (name: string, adds: boolean): number[] => {
        const series = new Map<string, number>();
        for (const { labels, value, count } of points.filter((point) => point.name === name)) {
          const key = JSON.stringify(labels);
          series.set(key, (adds ? (series.get(key) ?? 0) : 0) + (value ?? count ?? 0));
        }
        return [...series.values()];
      };
      return {
        counters: [...named('jobs', isDelta), ...named('done', isDelta)],
        gauges: named('level', false),
        counts: named('wait', isDelta),
      };
    },
    close: async () => void (await ('close' in collector ? collector.shutdown() : collector.shutdown())),
  };
}

async function statsd(
  server: TestServer,
  dialect: 'statsd' | 'graphite' | 'dogstatsd',
  options: { protocol?: 'tcp'; path?: string },
): Promise<Wire> {
  const address = options.path === undefined ? { host, port: server.port } : {};
  return {
    backend: statsdBackend({ dialect, intervalMs: seldom, ...address, ...options }),
    async received() {
      await server.settled();
      const series = new Map<string, { kind: string; value: number }>();
      for (const { name, type, value, weight, tags } of server.lines().flatMap((line) => samplesOf(line, dialect))) {
        if (name.startsWith('sightline_')) continue;
        const key = JSON.stringify([name, tags]);
        const kind = type === 'c' ? 'counter' : type === 'g' ? 'gauge' : 'timer';
        const known = series.get(key)?.value ?? 0;
        // A negative gauge is sent after a reset to 0, so a decrement from 0 is its value.
        series.set(key, { kind, value: kind === 'gauge' ? value : known + (kind === 'timer' ? 1 : value) * weight });
      }
      const all = [...series.values()];
      const of = (kind: string): number[] => all.filter((each) => each.kind === kind).map(({ value }) => value);
      return { counters: of('counter'), gauges: of('gauge'), counts: of('timer') };
    },
    close: () => server.shutdown(),
  };
}

async function dogstatsd(): Promise<Wire> {
  const path = join(folder, 'statsd.sock');
  return statsd(await streamServer({ listen: { path }, framing: 'length' }), 'dogstatsd', { path });
}

async function logSnapshot(): Promise<Wire> {
  type Values = Readonly<Record<string, number>>;
  const lines: Array<{ jobs: Values; done: number; level: Values; wait: Readonly<Record<string, { count: number }>> }> =
    [];
  const logger = { info: (fields: object) => void lines.push((fields as { metrics: (typeof lines)[number] }).metrics) };
  return {
    backend: logSnapshotBackend({ logger, intervalMs: seldom }),
    async received() {
      const last = lines.at(-1);
      if (last === undefined) throw new Error('no line was written');
      const keys = (values: object): string[] => Object.keys(values);
      const summed = (of: (line: (typeof lines)[number]) => number): number =>
        lines.reduce((total, line) => total + of(line), 0);
      return {
        counters: [...keys(last.jobs).map((key) => summed(({ jobs }) => jobs[key] ?? 0)), summed(({ done }) => done)],
        gauges: Object.values(last.level),
        counts: keys(last.wait).map((key) => summed(({ wait }) => wait[key]?.count ?? 0)),
      };
    },
  };
}
