import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ServerProcess, startServer } from './server-process.js';

/** collectd with its statsd plugin, which reads only plain StatsD over UDP. */
export interface Collectd extends ServerProcess {
  /** The stored values, one per second, by `type-name`: `derive-jobs`, `gauge-depth`, `latency-wait-sum`. */
  stored(): Readonly<Record<string, readonly number[]>>;
  /** Lines that it could not parse. */
  refusals(): string[];
}

const log = 'collectd.log';
const values = 'values';

export async function startCollectd(): Promise<Collectd> {
  const server = await startServer({
    command: '/usr/sbin/collectd',
    ready: async (_, folder) =>
      existsSync(join(folder, log)) && readFileSync(join(folder, log), 'utf8').includes('entering read-loop'),
    arguments(port, folder) {
      writeFileSync(join(folder, 'collectd.conf'), configuration(port, folder));
      return ['-f', '-C', 'collectd.conf'];
    },
  });
  return {
    ...server,
    stored: () => storedValues(join(server.folder, values, 'localhost', 'statsd')),
    refusals: () =>
      readFileSync(join(server.folder, log), 'utf8')
        .split('\n')
        .filter((line) => line.includes('Unable to parse')),
  };
}

function configuration(port: number, folder: string): string {
  return `
Hostname "localhost"
BaseDir "${folder}"
PIDFile "${folder}/collectd.pid"
TypesDB "/usr/share/collectd/types.db"
Interval 1
LoadPlugin logfile
<Plugin logfile>
  LogLevel info
  File "${folder}/${log}"
</Plugin>
LoadPlugin csv
<Plugin csv>
  DataDir "${folder}/${values}"
</Plugin>
LoadPlugin statsd
<Plugin statsd>
  Host "127.0.0.1"
  Port "${port}"
  TimerSum true
  TimerUpper true
  TimerCount true
</Plugin>
`;
}

/** Reads files: a name consists of the value's name and a date, a line of a time and a value. */
function storedValues(folder: string): Record<string, number[]> {
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder).map((file) => [
      file.replace(/-\d{4}-\d\d-\d\d$/, ''),
      readFileSync(join(folder, file), 'utf8')
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => Number(line.split(',')[1])),
    ]),
  );
}
