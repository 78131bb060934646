import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { bundleFromSources } from '../../../scripts/bundle.mjs';

/** The example's processes, made from the sources. */
export interface ServiceBundle {
  start(
    file: 'main' | 'service-process',
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): ServiceProcess;
  remove(): Promise<void>;
}

export interface ServiceProcess {
  /** Resolves with the first line that has `text` in it, on either output. */
  line(text: string): Promise<string>;
  /** Sends a signal, and resolves when the process has ended. */
  end(signal: NodeJS.Signals): Promise<Ended>;
  readonly ended: Promise<Ended>;
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export async function serviceBundle(): Promise<ServiceBundle> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-shop-'));
  const source = (name: string): string => fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url));
  await bundleFromSources({ entryPoints: [source('main'), source('service-process')], folder });
  return {
    start: (file, args, env) => started(join(folder, `${file}.mjs`), args, env),
    remove: () => rm(folder, { recursive: true }),
  };
}

function started(file: string, args: readonly string[], env: Readonly<Record<string, string>>): ServiceProcess {
  const child = spawn(process.execPath, [file, ...args], { env: { PATH: process.env['PATH'], ...env } });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const check of waiting) check();
    });
  }
  const ended = once(child, 'close').then(([code]): Ended => ({ code, output: lines.join('\n') }));
  return {
    ended,
    line(text) {
      return new Promise((resolve, reject) => {
        const check = (): void => {
          const found = lines.find((line) => line.includes(text));
          if (found === undefined) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
        void ended.then(() => reject(new Error(`It ended without saying "${text}":\n${lines.join('\n')}`)));
      });
    },
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}
