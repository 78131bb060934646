// Runs the tests of what depends on Node.js most, on the newest release of each supported line but that of this process: signals, loading
// and its hooks, TypeScript, permissions, HTTP/2, asynchronous contexts. Versions as arguments run these. All tests on a version: .ci/run
// --tests, with it first in PATH.

import { dirname } from 'node:path';
import { nodeBinary, nodeVersions } from './consumers/node-versions.mjs';
import { run } from './consumers/project.mjs';
import { root } from './packages.mjs';
import { testFiles } from './test-files.mjs';

const long = [
  'packages/sdk/test/signals.long',
  'packages/sdk/test/idle-end.long',
  'packages/sdk/test/register.long',
  'packages/sdk/test/restricted.long',
  'packages/sdk/test/cli/main.long',
];
const quick = [
  'packages/context/test',
  'packages/tracing/test/tracer',
  'packages/http/test/client.alone',
  'packages/live/test/receive',
  'packages/logger/test/at-exit.alone',
];

// Vitest passes over an argument that no file begins with, if another has some.
const files = testFiles();
for (const start of [...long, ...quick])
  if (!files.some((file) => file.startsWith(start)))
    throw new Error(`There is no test at ${start}. Correct the lists of this script.`);

const major = (/** @type {string} */ version) => version.replace(/^v/, '').split('.')[0];
const others = nodeVersions.filter((each) => major(each) !== major(process.version));
const asked = process.argv.slice(2);
for (const version of asked.length > 0 ? asked : others) {
  const node = nodeBinary(version);
  console.log(`Node.js ${run(root, node, ['--version']).trim()}`);
  for (const args of [
    ['--mode', 'long', ...long],
    ['--project', 'shared', '--project', 'alone', ...quick],
  ]) {
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.workspace.ts', '--reporter=dot'];
    const output = run(root, node, [...vitest, ...args], { PATH: `${dirname(node)}:${process.env.PATH}` });
    console.log(/^ *Tests .*$/m.exec(output)?.[0]);
  }
}
