import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { otlpReceiver, type ReceivedRequest } from '../../../../scripts/servers/otlp-receiver.js';

export type Engine = 'sightline' | 'official';
export type ModuleSystem = 'esm' | 'cjs';

export interface ProgramRun {
  /** A file of `programs/`. */
  readonly program: string;
  readonly engine: Engine;
  readonly modules: ModuleSystem;
  /** The packages that the program has installed. */
  readonly instrumentations?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Default: the one that runs the test. */
  readonly node?: string | undefined;
  /** For a program that starts its engine itself. */
  readonly isPreloaded?: boolean;
}

/** The programs, bundled from the sources, and the engines that are preloaded. */
export interface ObservedPrograms {
  /** Runs a program to its natural end. Resolves to what it has sent; rejects with its output if it fails. */
  run(options: ProgramRun): Promise<readonly ReceivedRequest[]>;
  remove(): Promise<void>;
}

const extensionOf = { esm: '.mjs', cjs: '.cjs' } as const;

/** @param programs files of `programs/` without their extension */
export async function observedPrograms(programs: readonly string[]): Promise<ObservedPrograms> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-instrumentations-'));
  await symlink(packageFile('node_modules'), join(folder, 'node_modules'));
  await Promise.all((['esm', 'cjs'] as const).map((modules) => bundled(programs, modules, folder)));
  await writeFile(join(folder, 'lambda-handler.cjs'), lambdaHandler);
  return {
    run: (options) => run(options, folder),
    remove: () => rm(folder, { recursive: true }),
  };
}

async function bundled(programs: readonly string[], modules: ModuleSystem, folder: string): Promise<void> {
  await build({
    entryPoints: {
      sightline: packageFile('src/register.ts'),
      official: packageFile('test/instrumentations/engines/official.ts'),
      ...Object.fromEntries(programs.map((name) => [name, packageFile(`test/instrumentations/programs/${name}.ts`)])),
    },
    outdir: folder,
    outExtension: { '.js': extensionOf[modules] },
    bundle: true,
    splitting: modules === 'esm',
    format: modules,
    platform: 'node',
    target: 'node20',
    conditions: ['@sightline/source'],
    logLevel: 'silent', // a failed build rejects with its messages
    plugins: [
      {
        name: 'other-packages-stay-outside',
        setup({ onResolve }) {
          // Found in the folder's node_modules, as they are by services; what only the workspace's packages have, from there.
          onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
            if (kind === 'entry-point' || /^(node:|@sightline\/)/.test(path)) return undefined;
            const isOurs = /\/packages\/(?!sdk\/test)[^/]+\/(?:[^/]+\/)?src\//.test(importer);
            return { path: isOurs ? createRequire(importer).resolve(path) : path, external: true };
          });
        },
      },
    ],
  });
}

async function run(
  {
    program,
    engine,
    modules,
    instrumentations = [],
    env = {},
    node = process.execPath,
    isPreloaded = true,
  }: ProgramRun,
  folder: string,
): Promise<readonly ReceivedRequest[]> {
  const receiver = await otlpReceiver();
  const cwd = join(folder, `${program}-${engine}-${modules}-${runs++}`);
  try {
    await mkdir(cwd);
    await symlink(join(folder, 'node_modules'), join(cwd, 'node_modules'));
    const dependencies = Object.fromEntries(instrumentations.map((name) => [name, '*']));
    await writeFile(join(cwd, 'package.json'), JSON.stringify({ name: program, dependencies }));
    const preload = join(folder, engine + extensionOf[modules]);
    const flags = isPreloaded ? [modules === 'esm' ? '--import' : '--require', preload] : [];
    const child = spawn(node, [...flags, join(folder, program + extensionOf[modules])], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        OTEL_SERVICE_NAME: 'shop',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        METRICS_BACKEND: 'none',
        METRICS_PORT: '0',
        METRICS_HOST: '127.0.0.1',
        LOG_LEVEL: 'warn',
        REPORT_URL: receiver.url,
        LAMBDA_TASK_ROOT: folder,
        ENGINE: engine,
        ...env,
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`${program} (${engine}, ${modules}) ended with ${code}:\n${output}`);
    return receiver.requests;
  } finally {
    await receiver.stop();
  }
}

let runs = 0;

const lambdaHandler = `
const { trace } = require('@opentelemetry/api');
exports.handler = async (event) => {
  trace.getTracer('shop').startActiveSpan('find', (span) => span.end());
  if (event.fails) throw new Error('no such order');
  return { statusCode: 200 };
};
`;

function packageFile(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
