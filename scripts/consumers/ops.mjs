import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectIn, fail, makeProject, npmInstall, run } from './project.mjs';

/**
 * The operations kit as a team meets it that installs the packages in an empty folder: a definition in ESM and CommonJS, the commands,
 * a change of the service that is noticed, the doctor. And what is said without `@sightline/ops`.
 * @param {import('./project.mjs').Packed[]} packed
 */
export async function ops(packed) {
  for (const type of ['module', 'commonjs']) {
    const project = makeProject(`ops-${type}`, {
      'package.json': { name: 'service', version: '1.0.0', private: true, type },
      'ops.config.js': definition(type, 'orders_placed_total'),
    });
    npmInstall(
      project,
      packed.map(({ tarball }) => tarball),
    );
    const sightline = join(project, 'node_modules/.bin/sightline');
    expectIn(run(project, sightline, ['ops', 'catalogue']), 'orders_placed_total');
    expectIn(run(project, sightline, ['ops', 'generate']), 'added  ops/prometheus/rules.yml');
    expectIn(run(project, sightline, ['ops', 'check']), 'ops is up to date.');
    for (const file of ['compose.yaml', 'grafana/dashboards/application.json', 'runbooks/HighErrorRate.md'])
      if (!existsSync(join(project, 'ops', file))) fail(`ops/${file} was not generated`);
    const rules = readFileSync(join(project, 'ops/prometheus/rules.yml'), 'utf8');
    expectIn(rules, 'orders_placed_total');

    const renamed = makeProject(`ops-${type}`, { 'ops.config.js': definition(type, 'orders_made_total') });
    const checked = spawnSync(sightline, ['ops', 'check'], { cwd: renamed, encoding: 'utf8' });
    if (checked.status !== 1) fail(`ops check after a change ended with ${checked.status}: ${checked.stderr}`);

    const doctor = spawnSync(sightline, ['doctor', '--json', '--page', 'http://127.0.0.1:1/metrics'], {
      cwd: project,
      encoding: 'utf8',
    });
    if (doctor.status !== 1) fail(`the doctor ended with ${doctor.status}: ${doctor.stderr}`);
    if (JSON.parse(doctor.stdout).isHealthy !== false) fail('a service that is not there is healthy');
  }
  withoutOps(packed);
  console.log('ops: definitions in ESM and CommonJS, the commands, the doctor, and a project without @sightline/ops');
}

function definition(/** @type {string} */ type, /** @type {string} */ metric) {
  const [imported, exported] =
    type === 'module'
      ? ["import { defineOps } from '@sightline/ops';", 'export default']
      : ["const { defineOps } = require('@sightline/ops');", 'module.exports ='];
  return `${imported}
${exported} defineOps({
  service: 'orders',
  team: 'sales',
  declare(metrics) {
    metrics.counter('${metric}', { help: 'Orders placed.' });
    metrics.counter('order_errors_total', { help: 'Orders that failed.' });
  },
  signals: { orders: { requests: '${metric}', errors: { metric: 'order_errors_total', relation: 'besides' } } },
  slos: { availability: { signal: 'orders', objective: 0.99 } },
  host: 'node-exporter',
});
`;
}

/** @param {import('./project.mjs').Packed[]} packed */
function withoutOps(packed) {
  const project = makeProject('without-ops', {
    'package.json': { name: 'service', version: '1.0.0', private: true, type: 'module' },
  });
  npmInstall(
    project,
    packed.filter(({ name }) => name !== '@sightline/ops').map(({ tarball }) => tarball),
  );
  for (const args of [['ops', 'generate'], ['doctor']]) {
    const { status, stderr } = spawnSync(join(project, 'node_modules/.bin/sightline'), args, { encoding: 'utf8' });
    expectIn(stderr, 'npm install --save-dev @sightline/ops');
    if (status !== 2) fail(`sightline ${args.join(' ')} without the package ended with ${status}`);
  }
}
