import { join } from 'node:path';
import { root } from '../packages.mjs';
import { makeProject, npmInstall, run } from './project.mjs';

const service = `
import { createObservability } from '@sightline/sdk';
import type { MetricsCollector } from '@sightline/core';

const obs = createObservability({ serviceName: 'service', defaults: { backend: 'log' } });
const metrics: MetricsCollector = obs.metrics;
const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
jobs.inc({ queue: 'mail' });
// @ts-expect-error a label is misspelt
jobs.inc({ queu: 'mail' });
void obs.shutdown();
`;

/**
 * All packages in an empty ESM and an empty CommonJS project: loads every entry in both, and type-checks a service there.
 * @param {import('./project.mjs').Packed[]} packed
 */
export function moduleSystems(packed) {
  // The doubles for test runners need a test runner, and Nest's module needs Nest, which an empty project does not have.
  const entries = packed
    .flatMap((each) => each.entries)
    .filter((entry) => !/^@sightline\/(testing\/(vitest|jest)|http\/nest)$/.test(entry));
  for (const type of ['module', 'commonjs']) {
    const project = makeProject(type, {
      'package.json': { name: 'service', version: '1.0.0', private: true, type },
      'load.mjs': entries.map((entry) => `await import('${entry}');`).join('\n'),
      'load.cjs': entries.map((entry) => `require('${entry}');`).join('\n'),
      'service.ts': service,
      'tsconfig.json': {
        compilerOptions: {
          module: 'nodenext',
          target: 'es2022',
          strict: true,
          exactOptionalPropertyTypes: true,
          noEmit: true,
          types: [],
        },
        include: ['service.ts'],
      },
    });
    npmInstall(
      project,
      packed.map(({ tarball }) => tarball),
    );
    run(project, process.execPath, [type === 'module' ? 'load.mjs' : 'load.cjs']);
    run(project, process.execPath, [join(root, 'node_modules/typescript7/bin/tsc'), '-p', '.']);
    console.log(
      `${type}: ${packed.length} packages installed, ${entries.length} entries loaded, a service type-checked`,
    );
  }
}
