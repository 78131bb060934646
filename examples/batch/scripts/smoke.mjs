// Runs the built example as its user would: a night of jobs, one of which fails, the page name by name, SIGTERM. Exits with 1 where
// anything is wrong.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { catalogue, catalogueOf } from './catalogue.mjs';

const child = spawn(process.execPath, ['dist/main.js'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  env: { PATH: process.env.PATH, METRICS_BACKEND: 'prometheus', METRICS_PORT: '0', METRICS_HOST: '127.0.0.1' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = once(child, 'exit');
const patience = setTimeout(() => child.kill('SIGKILL'), 30_000);
const lines = [];

try {
  const url = await Promise.race([pageUrl(), ended.then(() => assert.fail('ended before its first night was over'))]);
  const page = await (await fetch(url)).text();
  const byName = ([a], [b]) => (a < b ? -1 : 1);
  assert.deepEqual(catalogueOf(page).sort(byName), [...catalogue].sort(byName));
  assert.match(page, /^nf_errors_total\{error_type="RangeError",component="dataset"\} 1$/m);
  assert.match(page, /^nf_runs_total\{status="failed",model_name="arima",backend="local"\} 1$/m);
  assert.match(page, /^nf_runs_active 0$/m);
  assert.match(page, /^nf_runs_queued 0$/m);
  assert.equal(lines.filter(({ msg }) => msg === 'forecast succeeded').length, 3);
  assert.equal(lines.filter(({ msg, run_id }) => msg === 'forecast failed' && run_id !== undefined).length, 1);

  child.kill('SIGTERM');
  const [code] = await ended;
  assert.equal(code, 0);
  console.log(`${catalogue.length} metrics on the page, name by name; 3 runs succeeded and 1 failed`);
} catch (error) {
  child.kill('SIGKILL');
  console.error(
    `${error instanceof Error ? error.message : error}\n${lines.map((line) => JSON.stringify(line)).join('\n')}`,
  );
  process.exitCode = 1;
} finally {
  clearTimeout(patience);
}

async function pageUrl() {
  return new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = text.startsWith('{') ? JSON.parse(text) : {};
      lines.push(line);
      if (line.page !== undefined) resolve(line.page);
    });
  });
}
