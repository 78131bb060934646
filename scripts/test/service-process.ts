import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFromSources } from '../bundle.mjs';

/** A service in its own process, bundled from the sources. */
export interface ServiceBundle {
  /** The folder of the bundle. */
  readonly folder: string;
  start(scenario: string, env?: Readonly<Record<string, string>>, flags?: readonly string[]): ServiceProcess;
  remove(): Promise<void>;
}

export interface ServiceProcess {
  readonly child: ChildProcess;
  /** Resolves with the first line of standard error or output that has `text` in it. */
  line(text: string): Promise<string>;
  ended(): Promise<Ended>;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  /** The messages of all other lines. */
  readonly messages: readonly string[];
  /** The content of each line of the log backend. */
  readonly windows: ReadonlyArray<Readonly<Record<string, unknown>>>;
}

/**
 * Bundles `fixtures/<name>.ts` beside the test (`import.meta.url`). Other packages stay outside, so that the module cache tells whether they
 * were loaded.
 */
export async function bundledService(name: string, test: string): Promise<ServiceBundle> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-sdk-'));
  await bundleFromSources({ entryPoints: [fileURLToPath(new URL(`./fixtures/${name}.ts`, test))], folder });
  return {
    folder,
    start: (scenario, env = {}, flags = []) => started(join(folder, `${name}.mjs`), scenario, env, flags),
    remove: () => rm(folder, { recursive: true }),
  };
}

function started(
  file: string,
  scenario: string,
  env: Readonly<Record<string, string>>,
  flags: readonly string[],
): ServiceProcess {
  const child = spawn(process.execPath, [...flags, file, scenario], { env: { PATH: process.env['PATH'], ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const closed = once(child, 'close');
  return {
    child,
    async line(text) {
      for (;;) {
        const found = [stdout, stderr].flatMap(wholeLines).find((line) => line.includes(text));
        if (found !== undefined) return found;
        const isOver = await Promise.race([
          closed.then(() => true),
          once(child.stdout, 'data').then(() => false),
          once(child.stderr, 'data').then(() => false),
        ]);
        if (isOver && ![stdout, stderr].flatMap(wholeLines).some((line) => line.includes(text))) {
          throw new Error(`The service ended without saying "${text}":\n${stdout}\n${stderr}`);
        }
      }
    },
    async ended() {
      const [code, signal] = await closed;
      const lines = stdout
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line));
      const isWindow = ({ msg }: { msg?: unknown }): boolean => msg === 'metrics';
      return {
        code,
        signal,
        stderr,
        messages: lines.filter((line) => !isWindow(line)).map(({ msg }) => msg),
        windows: lines.filter(isWindow).map(({ metrics }) => metrics),
      };
    },
  };
}

/** Without what has come of the next line. */
function wholeLines(text: string): string[] {
  return text.split('\n').slice(0, -1);
}
