import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFromSources } from '../../../scripts/bundle.mjs';

/** A service in a process of its own, made from the sources. */
export interface ServiceBundle {
  /** An empty folder for its files. */
  readonly folder: string;
  /** @param options `before` is what a shell does first, such as `ulimit -f 8` */
  start(
    args: readonly string[],
    options?: { env?: Record<string, string>; stdio?: StdioOptions; before?: string },
  ): ChildProcess;
  remove(): Promise<void>;
}

/** Bundles `fixtures/<name>.ts`. */
export async function bundledService(name: string): Promise<ServiceBundle> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-logger-'));
  const outfile = join(folder, `${name}.mjs`);
  const entryPoints = [fileURLToPath(new URL(`./fixtures/${name}.ts`, import.meta.url))];
  await bundleFromSources({ entryPoints, folder });
  return {
    folder,
    start: (args, { env = {}, stdio = 'pipe', before = ':' } = {}) =>
      spawn('sh', ['-c', `${before}; exec "$0" "$@"`, process.execPath, outfile, ...args], {
        env: { PATH: process.env['PATH'], ...env },
        stdio,
      }),
    remove: () => rm(folder, { recursive: true }),
  };
}

export async function ended(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  const [code, signal] = await once(child, 'close');
  return { code, signal };
}

/** All that the process writes to standard output, as soon as it is there. */
export function outputOf(child: ChildProcess): () => string {
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  return () => text;
}
