// What `sightline ops generate` takes in CI and on a developer's machine: the whole command, in a process of its own.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** @typedef {import('../measure.mjs').Case} Case */

const require = createRequire(import.meta.url);
const program = join(dirname(require.resolve('@sightline/sdk/package.json')), 'bin/sightline.js');
const definition = join(import.meta.dirname, '../ops.config.mjs');

/** @type {Case[]} */
export const cases = [
  {
    name: 'sightline ops generate, the whole command, for a service with HTTP, a database and 2 objectives',
    unit: 'ms',
    once: true,
    limit: 1000,
    peers: {
      sightline: async () => {
        const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-ops-'));
        process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
        return () => {
          const before = performance.now();
          const out = mkdtempSync(join(folder, 'ops-'));
          const { status, stderr } = spawnSync(
            process.execPath,
            [program, 'ops', 'generate', definition, '--out', out],
            {
              encoding: 'utf8',
            },
          );
          if (status !== 0) throw new Error(stderr);
          return performance.now() - before;
        };
      },
    },
  },
];
