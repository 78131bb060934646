import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../packages.mjs';
import { makeProject, npmInstall } from './project.mjs';
import { walkRequirements } from './requirements/walk.mjs';

/**
 * Checks the requirements item by item: starts services in an empty project with the packed packages, configured only by environment
 * variables, and checks what they print, serve and send. Prints one line for each item; ends this process if one fails.
 * @param {import('./project.mjs').Packed[]} packed
 */
export async function requirements(packed) {
  const project = makeProject('requirements', {
    'package.json': { name: 'service', version: '1.0.0', private: true, type: 'module' },
  });
  const beside = ['@opentelemetry/api', '@opentelemetry/instrumentation-http', 'prom-client'];
  npmInstall(project, [
    ...packed.map(({ tarball }) => tarball),
    ...beside.map((name) => `${name}@${catalogued(name)}`),
  ]);
  cpSync(join(import.meta.dirname, 'requirements/services'), project, { recursive: true });
  const { failed } = await walkRequirements(project);
  if (failed > 0) process.exit(1);
}

/** The version that the workspace has, too. @returns {string} */
function catalogued(/** @type {string} */ name) {
  const catalogue = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');
  const line = catalogue.split('\n').find((each) => /^ {2}"?([^":]+)"?: /.exec(each)?.[1] === name);
  const version = line?.split(': ')[1]?.trim();
  if (version === undefined) throw new Error(`pnpm-workspace.yaml has no ${name}`);
  return version;
}
