// Runs the built example as its user would, both files of it, and on OpenTelemetry's SDK: start, page, health, log line, SIGTERM. Exits
// with 1 where anything is wrong.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));

for (const engine of ['sightline', 'opentelemetry']) {
  await smoke('dist/main.js', {
    env: { SIGHTLINE_TRACING_ENGINE: engine },
    isEnded: ({ code }) => code === 0,
    totals: (metrics) => metrics.received,
    counter: 'collector_messages_received_total',
    hasLivePage: true,
  });
}
await smoke('commonjs.cjs', {
  // It has no listener of its own, so the process ends by the signal once the last window is written.
  isEnded: ({ signal }) => signal === 'SIGTERM',
  totals: (metrics) => metrics.received,
  counter: 'messages_received_total',
});

async function smoke(file, { env, isEnded, totals, counter, hasLivePage = false }) {
  const child = spawn(process.execPath, [file], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      METRICS_BACKEND: 'prometheus,log',
      METRICS_INTERVAL_SECONDS: '1',
      METRICS_PORT: '0',
      METRICS_HOST: '127.0.0.1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = [];
  const ended = once(child, 'exit');
  const lines = watchLines(child.stdout, output);
  const notes = watchLines(child.stderr, output);
  const patience = setTimeout(() => child.kill('SIGKILL'), 30_000);
  try {
    const url = await Promise.race([
      Promise.any(
        [lines, notes].map((each) => each.first((line) => /(http:\/\/127\.0\.0\.1:\d+)\/metrics/.exec(line)?.[1])),
      ),
      ended.then(() => assert.fail('ended before it logged its address')),
    ]);
    const first = await Promise.race([
      lines.first((line) => windowOf(line)),
      ended.then(() => assert.fail('ended before its first window')),
    ]);
    assert.ok(first.window_seconds > 0);

    const health = await fetch(`${url}/healthz`);
    assert.equal(health.status, 200);
    if (hasLivePage) {
      const live = await lines.first((line) => /The live page is at (http:\S+\/live\/)/.exec(line)?.[1]);
      assert.equal((await fetch(live)).status, 401, 'the live page let a request in without its token');
    }
    const page = await fetch(`${url}/metrics`);
    assert.equal(page.status, 200);
    const onPage = samplesOf(counter, await page.text());
    assert.ok(sum(onPage) > 0, 'nothing was received');

    child.kill('SIGTERM');
    const [code, signal] = await ended;
    assert.ok(isEnded({ code, signal }), `ended with ${code ?? signal}`);
    await lines.ended;
    const windows = lines.all.flatMap((line) => windowOf(line) ?? []);
    assert.ok(windows.length >= 2, 'the last window is missing');
    const inLines = sum(windows.flatMap((metrics) => Object.values(totals(metrics))));
    assert.ok(inLines >= sum(onPage), `the lines add up to ${inLines}, but the page had ${sum(onPage)} before`);
    console.log(`${file}: ${inLines} messages in ${windows.length} windows, ${onPage.length} series on the page`);
  } catch (error) {
    child.kill('SIGKILL');
    console.error(`${file} failed: ${error instanceof Error ? error.message : error}\n${output.join('\n')}`);
    process.exitCode = 1;
  } finally {
    clearTimeout(patience);
  }
}

/** Lines as they come, with `first(find)` for what `find` makes of the first line it makes something of. */
function watchLines(stream, output) {
  const all = [];
  const waiting = new Set();
  const reader = createInterface({ input: stream });
  reader.on('line', (line) => {
    all.push(line);
    output.push(line);
    for (const check of waiting) check(line);
  });
  return {
    all,
    ended: once(reader, 'close'),
    first(find) {
      return new Promise((resolve) => {
        const check = (line) => {
          const found = find(line);
          if (found === undefined) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        for (const line of all) check(line);
      });
    },
  };
}

function windowOf(line) {
  if (!line.startsWith('{')) return undefined;
  const { msg, metrics } = JSON.parse(line);
  return msg === 'metrics' ? metrics : undefined;
}

function samplesOf(name, page) {
  const lines = page.split('\n').filter((line) => line.startsWith(`${name}{`));
  return lines.map((line) => Number(line.slice(line.lastIndexOf('} ') + 2).split(' ')[0]));
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
