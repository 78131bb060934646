import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, workspacePackages } from './packages.mjs';

/** All files of tests, relative to the root. */
export function testFiles() {
  const folders = [...workspacePackages().map(({ folder }) => folder), 'scripts'].map((folder) => `${folder}/test`);
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.test.ts'))
        .map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
    );
}

/** Those that ask `scripts/rounds.ts` how long to go on: the project `slow` runs them again, in full. */
export function testsWithRounds() {
  return testFiles().filter((file) => /\/rounds\.js';$/m.test(readFileSync(join(root, file), 'utf8')));
}
