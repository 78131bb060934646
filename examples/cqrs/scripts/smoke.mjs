// Runs the built example as its user would: without servers, with its traces drawn by both engines of tracing, and ended halfway. Exits
// with 1 where anything is not as it should be.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));

const traces = [...(await tracesOn('sightline')), ...(await tracesOn('opentelemetry'))];

async function tracesOn(engine) {
  const whole = await run([], { SIGHTLINE_TRACING_ENGINE: engine });
  assert.equal(whole.code, 0, whole.output);
  assert.match(whole.output, /Order \w+: 2 x tea: fulfilled/);
  assert.match(whole.output, /Order \w+: 1 x espresso-machine: cancelled \(The card was declined/);
  const drawn = whole.output.match(/^Trace [0-9a-f]{32}: \d+ spans of 5 services$/gm) ?? [];
  assert.equal(drawn.length, 2, whole.output);
  assert.ok(whole.output.includes('compensate reserve-stock'), whole.output);
  assert.ok(!whole.output.includes('its parent is missing'), whole.output);
  assert.ok(whole.output.includes('"saga.completed.count":{"fulfil-order:completed":1,"fulfil-order:compensated":1}'));
  return drawn;
}

const halfway = await run(Array(50).fill('tea'), {}, (output) => output.includes('fulfilled'));
assert.equal(halfway.code, 0, halfway.output);
assert.ok(halfway.output.includes('"service":"orders"'), 'the last metrics are missing');
console.log(`${traces.join(', ')}; and ended halfway`);

/** @param endsAt whether to send SIGTERM, asked after each piece of output */
async function run(args, env, endsAt = () => false) {
  const child = spawn(process.execPath, ['dist/main.js', ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const patience = setTimeout(() => child.kill('SIGKILL'), 30_000);
  let output = '';
  let isEnding = false; // a second signal would cut its ending short
  child.stdout.on('data', (chunk) => {
    output += chunk;
    if (isEnding || !endsAt(output)) return;
    isEnding = true;
    child.kill('SIGTERM');
  });
  const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  clearTimeout(patience);
  return { code, output: output + errors };
}
