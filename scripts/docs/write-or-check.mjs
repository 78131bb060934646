import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../packages.mjs';

/**
 * Writes a generated page; with `--check` on the command line, compares it instead and sets the exit code.
 * @param {string} path relative to the root
 */
export function writeOrCheck(path, /** @type {string} */ text) {
  const file = join(root, path);
  if (process.argv.includes('--check')) {
    if (readIfThere(file) === text) return;
    console.error(`[docs] ${path} is out of date. Run: npm run docs`);
    process.exitCode = 1;
    return;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function readIfThere(/** @type {string} */ file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
