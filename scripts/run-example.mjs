// Bundles an example from its sources and runs it: node scripts/run-example.mjs cqrs tea:2. It also gets signals sent to npm, whose
// shell ends by them without passing them on.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFromSources } from './bundle.mjs';
import { root } from './packages.mjs';

const [name = '', ...args] = process.argv.slice(2);
const example = join(root, 'examples', name);
const programs = ['main', 'service-process'].map((each) => join(example, `src/${each}.ts`)).filter(existsSync);

const bundle = mkdtempSync(join(tmpdir(), `sightline-${name}-`));
process.on('exit', () => rmSync(bundle, { recursive: true, force: true }));
await bundleFromSources({ entryPoints: programs, folder: bundle, sourcemap: true });

const child = spawn(process.execPath, ['--enable-source-maps', join(bundle, 'main.mjs'), ...args], {
  cwd: example,
  stdio: 'inherit',
});

// Ctrl-C goes to everything in the terminal by itself: here it must only not end this process before the example.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));

const shell = process.ppid;
const watch = setInterval(() => {
  if (process.ppid === shell) return;
  clearInterval(watch); // once: a second signal would cut the example's own ending short
  child.kill('SIGTERM');
}, 250);
watch.unref();

child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
