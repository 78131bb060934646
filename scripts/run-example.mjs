// Runs a built example: node scripts/run-example.mjs cqrs tea:2. Signals reach it also where they are sent to npm, whose
// shell ends by them without passing them on.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './packages.mjs';

const [name = '', ...args] = process.argv.slice(2);
const child = spawn(process.execPath, ['dist/main.js', ...args], {
  cwd: join(root, 'examples', name),
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
