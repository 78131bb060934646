// Checks everything against the root tsconfig.json, then each package's own sources with only its allowed libraries: the root
// check gives Node.js' types to all packages. A page for browsers (`page/`) has libraries of its own.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, workspacePackages } from './packages.mjs';

const tsc = join(root, 'node_modules/typescript7/bin/tsc'); // node_modules/.bin/tsc may be either of the two compilers
const folders = workspacePackages().flatMap(({ folder }) => [folder, `${folder}/page`]);
const projects = ['.', ...folders].map((folder) => `${folder}/tsconfig.json`);

for (const project of projects.filter((path) => existsSync(join(root, path)))) {
  const { status } = spawnSync(process.execPath, [tsc, '-p', project], { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`[typecheck] ${project} has errors`);
    process.exitCode = 1;
  }
}
