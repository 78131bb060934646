// Packs every package as for npm, installs all tarballs together in an empty ESM and an empty CommonJS project, loads every
// entry in both, and type-checks a service there.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishablePackages, root } from './packages.mjs';

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

const workspace = mkdtempSync(join(tmpdir(), 'sightline-tarballs-'));
process.once('exit', () => rmSync(workspace, { recursive: true, force: true }));

const packages = publishablePackages();
const tarballs = packages.map(({ folder }) => pack(folder));
const entries = packages.flatMap(({ manifest }) =>
  Object.keys(manifest.exports)
    .filter((path) => !path.endsWith('.json'))
    .map((path) => manifest.name + path.slice(1)),
);
// The doubles for test runners need a test runner, and Nest's module needs Nest, which an empty project does not have.
const loadable = entries.filter((entry) => !/^@sightline\/(testing\/(vitest|jest)|http\/nest)$/.test(entry));

for (const type of /** @type {const} */ (['module', 'commonjs'])) {
  const project = join(workspace, type);
  mkdirSync(project);
  write(project, 'package.json', { name: 'service', version: '1.0.0', private: true, type });
  run(project, 'npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs]);
  writeFileSync(join(project, 'load.mjs'), loadable.map((entry) => `await import('${entry}');`).join('\n'));
  writeFileSync(join(project, 'load.cjs'), loadable.map((entry) => `require('${entry}');`).join('\n'));
  run(project, process.execPath, [type === 'module' ? 'load.mjs' : 'load.cjs']);
  writeFileSync(join(project, 'service.ts'), service);
  write(project, 'tsconfig.json', {
    compilerOptions: {
      module: 'nodenext',
      target: 'es2022',
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      types: [],
    },
    include: ['service.ts'],
  });
  run(project, process.execPath, [join(root, 'node_modules/typescript7/bin/tsc'), '-p', '.']);
  console.log(
    `${type}: ${tarballs.length} packages installed, ${loadable.length} entries loaded, a service type-checked`,
  );
}

function pack(/** @type {string} */ folder) {
  const before = new Set(readdirSync(workspace));
  run(join(root, folder), 'pnpm', ['pack', '--pack-destination', workspace]);
  const made = readdirSync(workspace).find((name) => !before.has(name));
  if (made === undefined) throw new Error(`${folder} gave no tarball`);
  return join(workspace, made);
}

function write(/** @type {string} */ folder, /** @type {string} */ name, /** @type {object} */ content) {
  writeFileSync(join(folder, name), JSON.stringify(content, null, 2));
}

function run(/** @type {string} */ cwd, /** @type {string} */ command, /** @type {string[]} */ args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status === 0) return;
  console.error(`${command} ${args.join(' ')} failed in ${cwd}\n${error ?? ''}${stdout}${stderr}`);
  process.exit(1);
}
