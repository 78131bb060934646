import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadFacts } from '../src/facts/load-facts.js';

// In a process of its own: loading a module switches telemetry off by its environment.
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-definition-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const definition = "{ service: 'orders', team: 'sales' }";
test.each([
  ['esm.mjs', `export default ${definition};`],
  ['promise.mjs', `export default Promise.resolve(${definition});`],
  ['commonjs.cjs', `module.exports = ${definition};`],
  ['compiled.cjs', `exports.__esModule = true; exports.default = ${definition};`],
  ['twice.cjs', `module.exports = { default: { default: { __esModule: true, default: ${definition} } } };`],
])('a definition is found in %s', async (name, source) => {
  const file = join(folder, name);
  writeFileSync(file, source);
  expect((await loadFacts(file)).service).toBe('orders');
});

test.each([
  ['nothing.mjs', 'export const ops = 1;', 'has no definition as its default export'],
  ['function.mjs', 'export default () => ({});', 'has no definition as its default export'],
  ['other.mjs', 'export default { default: 5 };', 'unknown member "default"'],
])('%s is told to have none', async (name, source, message) => {
  writeFileSync(join(folder, name), source);
  await expect(loadFacts(join(folder, name))).rejects.toThrow(message);
});
