import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';

/**
 * Whether all `commands` can be run, for `describe.skipIf(!requireServer('prometheus'))`. If one is missing, prints how to install
 * it, so that no test is skipped silently; under `CI=true` it throws instead.
 */
export function requireServer(...commands: ReadonlyArray<keyof typeof packageOf>): boolean {
  return requireAll(commands.filter((command) => !isInstalled(command)).map((command) => packageOf[command]));
}

/** The Python that has `module`; `undefined` if none has. Otherwise as `requireServer`. */
export function requirePython(module: keyof typeof pythonPackageOf): string | undefined {
  // The user's own Python may be first in PATH; apt installs modules for that in /usr/bin.
  const found = ['python3', '/usr/bin/python3'].find(
    (python) => spawnSync(python, ['-c', `import ${module}`]).status === 0,
  );
  requireAll(found === undefined ? [pythonPackageOf[module]] : []);
  return found;
}

/** A command given by its path is not run: RabbitMQ's would start a server. */
function isInstalled(command: string): boolean {
  return isAbsolute(command) ? existsSync(command) : spawnSync(command, ['--version']).error === undefined;
}

/** Debian's packages. */
const packageOf = {
  chromium: 'chromium',
  prometheus: 'prometheus',
  promtool: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
  amtool: 'prometheus-alertmanager',
  'prometheus-node-exporter': 'prometheus-node-exporter',
  'prometheus-pushgateway': 'prometheus-pushgateway',
  'redis-server': 'redis-server',
  '/usr/sbin/collectd': 'collectd-core',
  openssl: 'openssl',
  '/usr/sbin/nats-server': 'nats-server',
  '/usr/sbin/mosquitto': 'mosquitto',
  '/usr/lib/rabbitmq/bin/rabbitmq-server': 'rabbitmq-server',
  '/usr/lib/postgresql': 'postgresql',
  '/usr/bin/chromium': 'chromium',
} as const;

const pythonPackageOf = { prometheus_client: 'python3-prometheus-client', aiohttp: 'python3-aiohttp' } as const;

function requireAll(missing: readonly string[]): boolean {
  if (missing.length === 0) return true;
  const hint = `Not installed; get it with: apt-get install ${[...new Set(missing)].join(' ')}`;
  if (process.env['CI'] === 'true') throw new Error(hint);
  console.warn(`Tests are skipped. ${hint}`);
  return false;
}
