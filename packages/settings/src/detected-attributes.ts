import { readFileSync } from 'node:fs';
import { arch, hostname, platform, release, userInfo } from 'node:os';
import { basename } from 'node:path';

/** A group of resource attributes that is found out, as `OTEL_NODE_RESOURCE_DETECTORS` calls it. */
export type ResourceDetector = 'host' | 'os' | 'process';

/**
 * Facts about where this process runs, by OpenTelemetry's semantic conventions (Resource: Host, Operating System, Process). A fact that
 * cannot be found out is left out; strings have at most 1024 characters. The command's arguments are left out: they hold secrets.
 *
 * @param readFile for `/etc/machine-id` of Linux
 */
export function detectedAttributes(
  detectors: readonly ResourceDetector[],
  readFile: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): Readonly<Record<string, string | number>> {
  const found = detectors.flatMap((detector) => Object.entries(facts[detector](readFile)));
  return Object.fromEntries(
    found.flatMap(([name, value]): Array<[string, string | number]> => {
      if (typeof value === 'string') return value === '' ? [] : [[name, value.slice(0, MAX_LENGTH)]];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

const MAX_LENGTH = 1024;

type Facts = Readonly<Record<string, string | number | undefined>>;

const facts: Readonly<Record<ResourceDetector, (readFile: (path: string) => string) => Facts>> = {
  host: (readFile) => ({
    'host.name': hostname(),
    'host.arch': { arm: 'arm32', ppc: 'ppc32', x64: 'amd64' }[arch() as string] ?? arch(),
    'host.id': machineId(readFile),
  }),
  os: () => ({
    'os.type': { sunos: 'solaris', win32: 'windows' }[platform() as string] ?? platform(),
    'os.version': release(),
  }),
  process: () => ({
    'process.pid': process.pid,
    'process.executable.name': basename(process.execPath),
    'process.executable.path': process.execPath,
    'process.command': process.argv[1],
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
    'process.runtime.description': 'Node.js',
    'process.owner': owner(),
  }),
};

/** Linux only: other systems would have to start a program. */
function machineId(readFile: (path: string) => string): string | undefined {
  for (const path of ['/etc/machine-id', '/var/lib/dbus/machine-id']) {
    try {
      const id = readFile(path).trim();
      if (id !== '') return id;
    } catch {
      // Another system, or a container without one.
    }
  }
  return undefined;
}

function owner(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined; // a user without a name, as in many containers
  }
}
