// Writes the folders ops of the examples, as `sightline ops generate` does. `--check` only compares.

import { join } from 'node:path';
import { root } from '../packages.mjs';
import { loadSources } from './load-source.mjs';

export const examplesWithOps = ['examples/collector', 'examples/cqrs'];

const drift = await loadSources(
  [
    'packages/ops/src/facts/resolve-facts.ts',
    'packages/ops/src/generate.ts',
    'packages/ops/src/files/ops-folder.ts',
    ...examplesWithOps.map((example) => `${example}/src/ops.ts`),
  ],
  async ([{ resolveFacts }, { opsFiles }, { driftOf, writeFiles }, ...definitions]) => {
    const changes = [];
    for (const [i, example] of examplesWithOps.entries()) {
      const files = opsFiles(await resolveFacts(definitions[i].default));
      const visit = process.argv.includes('--check') ? driftOf : writeFiles;
      for (const { path } of await visit(join(root, example, 'ops'), files)) changes.push(`${example}/ops/${path}`);
    }
    return changes;
  },
);
if (process.argv.includes('--check') && drift.length > 0) {
  console.error(`[docs] Out of date: ${drift.join(', ')}. Run: npm run docs`);
  process.exitCode = 1;
}
