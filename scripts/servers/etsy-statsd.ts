import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { freePort, type ServerProcess, startServer } from './server-process.js';

/** etsy's statsd, listening on one port for UDP and TCP. */
export interface EtsyStatsd extends ServerProcess {
  /** The totals of all flushes so far. */
  flushed(): EtsyTotals;
}

export interface EtsyTotals {
  readonly counters: Readonly<Record<string, number>>;
  readonly gauges: Readonly<Record<string, number>>;
  /** The values of timers, and the number of observations that they represent. */
  readonly timers: Readonly<Record<string, { readonly values: readonly number[]; readonly count: number }>>;
}

interface Flush {
  readonly counters: Record<string, number>;
  readonly gauges: Record<string, number>;
  readonly timers: Record<string, number[]>;
  readonly timer_counters: Record<string, number>;
}

const flushes = 'flushes.jsonl';

export async function startEtsyStatsd(): Promise<EtsyStatsd> {
  const managementPort = await freePort();
  const server = await startServer({
    command: process.execPath,
    ready: async (_, folder) => existsSync(join(folder, flushes)),
    arguments(port, folder) {
      const address = '127.0.0.1';
      const config = {
        servers: ['./servers/udp', './servers/tcp'].map((name) => ({ server: name, address, port })),
        mgmt_address: address,
        mgmt_port: managementPort,
        flushInterval: 200,
        backends: [join(folder, 'backend.cjs')],
      };
      // Its configuration file is the inside of an object literal.
      writeFileSync(join(folder, 'config.js'), JSON.stringify(config));
      writeFileSync(join(folder, 'backend.cjs'), backend);
      writeFileSync(join(folder, 'preload.cjs'), "require('node:util').log ??= console.log;"); // gone from Node.js 23
      const statsd = createRequire(import.meta.url).resolve('statsd/stats.js');
      return ['--no-deprecation', '--require', './preload.cjs', statsd, 'config.js'];
    },
  });
  return { ...server, flushed: () => totals(readFileSync(join(server.folder, flushes), 'utf8')) };
}

const backend = `
exports.init = (_startTime, _config, events) => {
  events.on('flush', (_time, { counters, gauges, timers, timer_counters }) => {
    require('node:fs').appendFileSync(${JSON.stringify(flushes)}, JSON.stringify({ counters, gauges, timers, timer_counters }) + '\\n');
  });
  return true;
};`;

function totals(text: string): EtsyTotals {
  const counters: Record<string, number> = {};
  const gauges: Record<string, number> = {};
  const timers: Record<string, { values: number[]; count: number }> = {};
  // The last line may be incomplete.
  for (const line of text.split('\n').slice(0, -1)) {
    const flush: Flush = JSON.parse(line);
    Object.assign(gauges, flush.gauges);
    for (const [name, value] of Object.entries(flush.counters)) counters[name] = (counters[name] ?? 0) + value;
    for (const [name, values] of Object.entries(flush.timers)) {
      timers[name] ??= { values: [], count: 0 };
      timers[name].values.push(...values);
      timers[name].count += flush.timer_counters[name] ?? 0;
    }
  }
  return { counters, gauges, timers };
}
