import { spawnSync } from 'node:child_process';

/**
 * Whether all `commands` can be run, for `describe.skipIf(!requireServer('prometheus'))`. Where one cannot, says how to get
 * it, so that no test is skipped silently; under `CI=true` throws instead.
 */
export function requireServer(...commands: ReadonlyArray<keyof typeof packageOf>): boolean {
  return requireAll(
    commands
      .filter((command) => spawnSync(command, ['--version']).error !== undefined)
      .map((command) => packageOf[command]),
  );
}

/** The Python that has `module`, or `undefined` where none has: as `requireServer` otherwise. */
export function requirePython(module: keyof typeof pythonPackageOf): string | undefined {
  // A Python of the user's own comes first in PATH, the one that apt installs modules for is /usr/bin's.
  const found = ['python3', '/usr/bin/python3'].find(
    (python) => spawnSync(python, ['-c', `import ${module}`]).status === 0,
  );
  requireAll(found === undefined ? [pythonPackageOf[module]] : []);
  return found;
}

/** Debian's packages. */
const packageOf = {
  prometheus: 'prometheus',
  promtool: 'prometheus',
  'prometheus-pushgateway': 'prometheus-pushgateway',
  'redis-server': 'redis-server',
  '/usr/sbin/collectd': 'collectd-core',
  openssl: 'openssl',
} as const;

const pythonPackageOf = { prometheus_client: 'python3-prometheus-client', aiohttp: 'python3-aiohttp' } as const;

function requireAll(missing: readonly string[]): boolean {
  if (missing.length === 0) return true;
  const hint = `Not installed; get it with: apt-get install ${[...new Set(missing)].join(' ')}`;
  if (process.env['CI'] === 'true') throw new Error(hint);
  console.warn(`Tests are skipped. ${hint}`);
  return false;
}
