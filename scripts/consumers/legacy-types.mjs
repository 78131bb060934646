import { join } from 'node:path';
import { root } from '../packages.mjs';
import { makeProject, npmInstall, run } from './project.mjs';

/**
 * A CommonJS service with a TypeScript that does not read `exports` (`moduleResolution: node10`, the default of `module: commonjs`, as
 * in ts-jest and Nest's starter): type-checks every entry by its name, compiles and loads it.
 * @param {import('./project.mjs').Packed[]} packed
 */
export function legacyTypes(packed) {
  const entries = packed
    .flatMap((each) => each.entries)
    .filter((entry) => !/^@sightline\/testing\/(vitest|jest)$/.test(entry));
  const uses = entries.map(
    (entry, index) =>
      `import * as entry${index} from '${entry}';\nexport const keys${index} = Object.keys(entry${index});`,
  );
  const project = makeProject('legacy-types', {
    'package.json': { name: 'service', version: '1.0.0', private: true },
    'service.ts': `
import { createObservability, type Counter } from '@sightline/sdk';
import { observedPool } from '@sightline/database';
import { expressMiddleware } from '@sightline/http/express';
import { startTracing } from '@sightline/tracing/sdk';
${uses.join('\n')}

const obs = createObservability({ serviceName: 'service', tracing: false, defaults: { backend: 'none' } });
export const jobs: Counter<'queue'> = obs.metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
jobs.inc({ queue: 'mail' });
// @ts-expect-error a label is misspelt: with missing types everything would be \`any\`
jobs.inc({ queu: 'mail' });
export { expressMiddleware, observedPool, startTracing };
void obs.shutdown();
`,
    'tsconfig.json': {
      compilerOptions: {
        module: 'commonjs',
        moduleResolution: 'node',
        target: 'es2022',
        strict: true,
        declaration: true,
        esModuleInterop: true,
        skipLibCheck: true,
      },
      include: ['service.ts'],
    },
  });
  npmInstall(project, [
    ...packed.map(({ tarball }) => tarball),
    ...[
      'express@5',
      '@types/express@5',
      'fastify@5',
      'hono@4',
      '@types/koa@3',
      '@nestjs/common@11',
      '@nestjs/core@11',
      'rxjs@7',
      'reflect-metadata@0.2',
      'fast-check@4',
      '@types/node@20',
    ],
  ]);
  run(project, process.execPath, [join(root, 'node_modules/typescript5/bin/tsc'), '-p', '.']);
  run(project, process.execPath, ['service.js']);
  run(project, process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    '-p',
    '.',
    '--ignoreDeprecations',
    '6.0',
  ]);
  console.log(`node10: ${entries.length} entries type-checked by TypeScript 5.4 and 6.0, compiled and loaded`);
}
