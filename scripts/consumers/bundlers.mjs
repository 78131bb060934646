import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import webpack from 'webpack';
import { fail, makeProject, npmInstall } from './project.mjs';

const service = `
import { createObservability } from '@sightline/sdk';

async function main() {
  const token = 'a-token-of-the-team';
  const obs = createObservability({ serviceName: 'bundled', http: { port: 0 }, live: { port: 0, token } });
  obs.metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] }).inc({ queue: 'mail' });
  obs.spans.span('work', () => obs.logger.info({ step: 1 }, 'at work'));
  await obs.ready;
  const get = async (path) =>
    (await fetch(new URL(path, obs.live.url), { headers: { authorization: 'Bearer ' + token } })).text();
  const script = /src="([^"]+)"/.exec(await get('./'))?.[1];
  console.log('page with a script of ' + (await get(script)).length);
  console.log(await get('graphql?query={services{name}}'));
  await obs.shutdown();
  console.log('ended');
}
main();
`;

const serviceWithoutLive = `
import { createObservability } from '@sightline/sdk';

void createObservability({ serviceName: 'bundled' }).shutdown();
`;

// Common banners for esbuild with CommonJS dependencies.
const banner = `
import { createRequire } from 'module';
import path, { dirname } from 'path';
import url, { fileURLToPath } from 'url';
const require = createRequire(import.meta.url);
const __filename = fileURLToPath(import.meta.url);
const __dirname = dirname(__filename);
`;

/**
 * A service bundled by esbuild and webpack, as ES module and as CommonJS, without a warning, and run with every backend from a folder
 * that has no node_modules.
 * @param {import('./project.mjs').Packed[]} packed
 */
export async function bundlers(packed) {
  const output = makeProject('bundles', {});
  mkdirSync(output, { recursive: true });
  const withoutLive = packed.filter(({ name }) => name !== '@sightline/live');
  const small = installed('bundled-without-live', withoutLive, serviceWithoutLive);
  await byEsbuild(small, join(output, 'without-live.mjs'), 'esm');
  await byWebpack(small, join(output, 'without-live'), 'bundle.mjs');
  const project = installed('bundled', packed, service);

  const bundles = [
    await byEsbuild(project, join(output, 'esbuild.mjs'), 'esm'),
    await byEsbuild(project, join(output, 'esbuild-banner.mjs'), 'esm', banner),
    await byEsbuild(project, join(output, 'esbuild.cjs'), 'cjs'),
    await byWebpack(project, join(output, 'webpack-esm'), 'bundle.mjs'),
    await byWebpack(project, join(output, 'webpack-cjs'), 'bundle.cjs'),
  ];
  for (const bundle of bundles) {
    await Promise.all(['prometheus', 'otel', 'statsd', 'log'].map((backend) => runs(bundle, backend)));
  }
  console.log(`bundlers: ${bundles.length} bundles ran with each backend`);
}

/** @returns {string} the folder of a service with these packages */
function installed(
  /** @type {string} */ name,
  /** @type {import('./project.mjs').Packed[]} */ packed,
  /** @type {string} */ source,
) {
  const project = makeProject(name, {
    'package.json': { name: 'service', version: '1.0.0', private: true, type: 'module' },
    'service.js': source,
  });
  npmInstall(
    project,
    packed.map(({ tarball }) => tarball),
  );
  return project;
}

/** @returns {Promise<string>} the file */
async function byEsbuild(
  /** @type {string} */ project,
  /** @type {string} */ outfile,
  /** @type {'esm' | 'cjs'} */ format,
  /** @type {string | undefined} */ banner = undefined,
) {
  const { warnings } = await build({
    absWorkingDir: project,
    entryPoints: ['service.js'],
    bundle: true,
    platform: 'node',
    format,
    outfile,
    logLevel: 'silent',
    ...(banner === undefined ? {} : { banner: { js: banner } }),
  });
  if (warnings.length > 0) fail(`esbuild (${format}) warns: ${warnings.map(({ text }) => text).join('\n')}`);
  return outfile;
}

/** @returns {Promise<string>} the file */
async function byWebpack(/** @type {string} */ project, /** @type {string} */ folder, /** @type {string} */ filename) {
  const isModule = filename.endsWith('.mjs');
  const compiler = webpack({
    mode: 'production',
    target: 'node20',
    context: project,
    entry: './service.js',
    experiments: { outputModule: isModule },
    // The package is optional, and webpack warns of those that are not installed.
    ignoreWarnings: [/Can't resolve '@sightline\/live\/embedded'/],
    output: { path: folder, filename, ...(isModule ? { module: true, library: { type: 'module' } } : {}) },
  });
  if (compiler === null) return fail('webpack made no compiler');
  const stats = await new Promise((resolve, reject) =>
    compiler.run((error, result) => (error ? reject(error) : resolve(result))),
  );
  if (stats.hasErrors() || stats.hasWarnings())
    fail(`webpack: ${stats.toString({ all: false, errors: true, warnings: true })}`);
  return join(folder, filename);
}

async function runs(/** @type {string} */ bundle, /** @type {string} */ backend) {
  const child = spawn(process.execPath, [bundle], {
    cwd: join(bundle, '..'),
    env: { PATH: process.env['PATH'], METRICS_BACKEND: backend, STATSD_HOST: '127.0.0.1' },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  const [code] = await once(child, 'close');
  const page = [
    /page with a script of \d{5}/.exec(text)?.[0] ?? 'the page',
    '{"data":{"services":[{"name":"bundled"}]}}',
  ];
  const missing = ['"msg":"at work"', 'ended', ...page, ...(backend === 'log' ? ['jobs_total'] : [])].filter(
    (each) => !text.includes(each),
  );
  if (code !== 0 || missing.length > 0)
    fail(`${bundle} with ${backend} ended with ${code} and lacks ${missing}:\n${text}`);
}
