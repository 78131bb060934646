import { join } from 'node:path';
import { root } from '../packages.mjs';
import { makeProject, run } from './project.mjs';

/**
 * A service under pnpm, which can import only its own dependency, `@sightline/sdk`. It exports members of `obs`, so that TypeScript
 * must name their types in declarations.
 * @param {import('./project.mjs').Packed[]} packed
 */
export function strictPackageManager(packed) {
  const files = Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`]));
  const project = makeProject('strict', {
    'package.json': {
      name: 'service',
      version: '1.0.0',
      private: true,
      type: 'module',
      dependencies: { '@sightline/sdk': files['@sightline/sdk'], '@opentelemetry/api': '1.9.1' },
    },
    'pnpm-workspace.yaml': [
      'strictPeerDependencies: true',
      'autoInstallPeers: false',
      'managePackageManagerVersions: false',
      'strictDepBuilds: false',
      // Where they are not published yet.
      'overrides:',
      ...Object.entries(files).map(([name, file]) => `  '${name}': '${file}'`),
      '',
    ].join('\n'),
    'service.ts': `
import { createObservability } from '@sightline/sdk';

export const obs = createObservability({ serviceName: 'service' });
export const { metrics, logger, log, spans, tracing, operation, health, service, address, handler } = obs;
export const counter = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
export const plain = metrics.counter('plain_total', { help: 'Plain.' });
export const gauge = metrics.gauge('depth', { help: 'Depth.', labelNames: ['queue'] });
export const histogram = metrics.histogram('job_duration_seconds', { help: 'Time.', labelNames: ['queue'] });
export const bound = [counter.labels({ queue: 'a' }), gauge.labels({ queue: 'a' }), histogram.labels({ queue: 'a' })] as const;
export const timer = histogram.startTimer({ queue: 'a' });
export const child = metrics.child({ prefix: 'a_' });
export const snapshot = () => metrics.snapshot();
export const collected = () => metrics.collect();
export const childLogger = logger.child({ a: 1 });
export const named = obs.loggerFor('a.b');
export const traced = spans.traced('a', () => 1);
export const saga = spans.saga('a', (it) => it);
export const span = spans.span('a', (it) => it);
export const flushed = tracing.flush();
export const stats = tracing.stats();
export const wrapped = operation.wrap('a', {}, () => 1);
export const functions = { ...obs, ...metrics, ...spans, ...tracing };
`,
    'tsconfig.json': {
      compilerOptions: {
        module: 'nodenext',
        target: 'es2022',
        strict: true,
        declaration: true,
        outDir: 'out',
        types: [],
      },
      include: ['service.ts'],
    },
  });
  run(project, 'pnpm', ['install', '--no-frozen-lockfile', '--ignore-scripts']);
  for (const typescript of ['typescript5', 'typescript', 'typescript7']) {
    // The newest types of Node.js are not for so old a compiler.
    const skipping = typescript === 'typescript5' ? ['--skipLibCheck'] : [];
    run(project, process.execPath, [join(root, `node_modules/${typescript}/bin/tsc`), '-p', '.', ...skipping]);
  }
  console.log('pnpm: declarations of a service that installed only @sightline/sdk, by TypeScript 5.4, 6.0 and 7.0');
}
