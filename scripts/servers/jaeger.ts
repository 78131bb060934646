import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startServer } from './server-process.js';

// No Debian package either, so that its absence fails nothing.
const command = process.env['JAEGER'] || 'jaeger';
export const hasJaeger: boolean = spawnSync(command, ['version']).status === 0;
if (!hasJaeger) {
  console.warn(
    'Tests against a real Jaeger are skipped. Set JAEGER to the path of one, for example of that which ' +
      'scripts/servers/jaeger/build makes.',
  );
}

/** Where to send spans of one kind, and where to ask for them. */
export interface JaegerStore {
  /** Base address of OTLP over HTTP. */
  readonly otlp: string;
  /** Base address of the query API. */
  readonly query: string;
}

export interface Jaeger<Name extends string> {
  readonly stores: Readonly<Record<Name, JaegerStore>>;
  stop(): Promise<void>;
}

/** Starts a real Jaeger that keeps the spans of each name apart, in memory. */
export async function startJaeger<Name extends string>(...names: readonly Name[]): Promise<Jaeger<Name>> {
  const each = await Promise.all(
    names.map(async (name) => ({ name, otlp: await address(), query: await address(), grpc: await address() })),
  );
  const byName = <T>(prefix: string, of: (given: (typeof each)[number]) => T): Record<string, T> =>
    Object.fromEntries(each.map((given) => [`${prefix}${given.name}`, of(given)]));
  const config = {
    extensions: {
      jaeger_storage: { backends: byName('', () => ({ memory: { max_traces: 100_000 } })) },
      ...byName('jaeger_query/', ({ name, query, grpc }) => ({
        storage: { traces: name },
        http: { endpoint: query },
        grpc: { endpoint: grpc },
      })),
    },
    receivers: byName('otlp/', ({ otlp }) => ({ protocols: { http: { endpoint: otlp } } })),
    exporters: byName('jaeger_storage_exporter/', ({ name }) => ({ trace_storage: name })),
    service: {
      telemetry: { metrics: { level: 'none' } },
      extensions: ['jaeger_storage', ...Object.keys(byName('jaeger_query/', () => true))],
      pipelines: byName('traces/', ({ name }) => ({
        receivers: [`otlp/${name}`],
        exporters: [`jaeger_storage_exporter/${name}`],
      })),
    },
  };
  const last = each.at(-1);
  if (last === undefined) throw new Error('Name one store at least.');
  const { stop } = await startServer({
    command,
    port: Number(new URL(`http://${last.query}`).port),
    ready: '/api/services',
    arguments(_port, folder) {
      const path = join(folder, 'config.yaml');
      writeFileSync(path, JSON.stringify(config));
      return ['--config', path];
    },
  });
  const stores = Object.fromEntries(
    each.map(({ name, otlp, query }) => [name, { otlp: `http://${otlp}`, query: `http://${query}` }]),
  ) as Record<Name, JaegerStore>;
  return { stores, stop };
}

async function address(): Promise<string> {
  return `127.0.0.1:${await freePort()}`;
}
