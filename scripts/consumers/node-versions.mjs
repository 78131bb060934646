import { join } from 'node:path';
import { makeProject, npmInstall } from './project.mjs';

/** The oldest supported release and the later lines. */
export const nodeVersions = ['20.19.0', '22', '24'];

/** The binary of that release, or of the newest of that line, from the package that holds it. @returns {string} */
export function nodeBinary(/** @type {string} */ version) {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = makeProject(`node-${version}`, {
    'package.json': { name: 'node-versions', version: '1.0.0', private: true },
  });
  npmInstall(folder, [`${name}@${version}`]);
  return join(folder, 'node_modules', name, 'bin', 'node');
}
