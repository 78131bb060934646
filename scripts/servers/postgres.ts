import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ServerProcess, startServer } from './server-process.js';

/** The folder of Debian's newest PostgreSQL programs; `undefined` without one. */
export function postgresPrograms(): string | undefined {
  const versions = existsSync(home) ? readdirSync(home).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(home, version, 'bin')).find((folder) => existsSync(join(folder, 'initdb')));
}

const home = '/usr/lib/postgresql';

/** Starts a PostgreSQL with its own database, deleted at its end. Every loopback client may log in as `postgres`. */
export async function startPostgres(): Promise<ServerProcess> {
  const programs = postgresPrograms();
  if (programs === undefined) throw new Error('PostgreSQL is not installed');
  const isRoot = process.getuid?.() === 0;
  const server = await startServer({
    // It refuses to run as root.
    command: isRoot ? 'setpriv' : join(programs, 'postgres'),
    arguments(port, folder) {
      const data = join(folder, 'data');
      mkdirSync(data, { mode: 0o700 });
      const as = isRoot ? unprivileged(folder, data) : [];
      const [first = join(programs, 'initdb'), ...rest] = [...as, join(programs, 'initdb')];
      const init = [...rest, '-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C'];
      execFileSync(first, init, { stdio: 'pipe' });
      const settings = [
        '-D',
        data,
        '-p',
        String(port),
        '-c',
        'listen_addresses=127.0.0.1',
        '-k',
        folder,
        '-c',
        'fsync=off',
      ];
      return isRoot ? [...as.slice(1), join(programs, 'postgres'), ...settings] : settings;
    },
    ready: async (port) =>
      spawnSync(join(programs, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port), '-q']).status === 0,
  });
  return { ...server, url: `postgres://postgres@127.0.0.1:${server.port}/postgres` };
}

/** The command that makes another user of root, who then owns the folders. */
function unprivileged(...folders: string[]): string[] {
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres']).toString()));
  for (const folder of folders) chownSync(folder, uid ?? 0, gid ?? 0);
  if (statSync(folders[0] ?? '/').uid !== uid) throw new Error('The folder could not be given to postgres');
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
}
