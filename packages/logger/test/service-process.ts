import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

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

/** Bundles `fixtures/<name>.ts`; pino stays outside, since its worker threads load files of its own. */
export async function bundledService(name: string): Promise<ServiceBundle> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-logger-'));
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL(`./fixtures/${name}.ts`, import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@sightline/source'],
    logLevel: 'silent',
    plugins: [
      {
        name: 'pino-stays-outside',
        setup({ onResolve }) {
          onResolve({ filter: /^pino$/ }, () => ({
            path: createRequire(import.meta.url).resolve('pino'),
            external: true,
          }));
        },
      },
    ],
  });
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
