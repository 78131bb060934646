import { once } from 'node:events';
import { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { fakeClock } from '@sightline/base/fake-clock';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Profiles } from '../../src/embedded/profiles.js';
import { PROFILE_MS, recordProfile } from '../../src/embedded/runtime/cpu-profiler.js';
import { heapSpaces } from '../../src/embedded/runtime/heap-holders.js';
import { heapTotals } from '../../src/embedded/runtime/heap-totals.js';
import { runtimeFacts } from '../../src/embedded/runtime/runtime-facts.js';
import { topFunctions, type V8Profile } from '../../src/embedded/runtime/top-functions.js';

const silent = { info() {}, warn() {}, error() {} };

describe('The largest holders of heap', () => {
  test('are the constructors of a real snapshot', async () => {
    const worker = new Worker(
      `const { parentPort } = require('node:worker_threads');
       class HoldsALot { a = 1; b = 2; c = 3; }
       const held = Array.from({ length: 30_000 }, () => new HoldsALot());
       parentPort.on('message', () => parentPort.postMessage(held.length));
       parentPort.postMessage('ready');`,
      { eval: true },
    );
    onTestFinished(async () => void (await worker.terminate()));
    await once(worker, 'message');
    const totals = await heapTotals(await worker.getHeapSnapshot(), 10);
    expect(totals).toHaveLength(10);
    const ours = totals.find(({ name }) => name === 'HoldsALot');
    expect(ours?.objects).toBe(30_000);
    expect(ours?.bytes).toBeGreaterThan(30_000 * 20);
    expect(totals.map(({ bytes }) => bytes)).toEqual([...totals.map(({ bytes }) => bytes)].sort((a, b) => b - a));
  }, 60_000);

  test('are found in linear time, with many strings in a chunk and a string over many chunks', {
    timeout: 30_000,
  }, async () => {
    const head = { meta: { node_fields: ['type', 'name', 'id', 'self_size'], node_types: [['hidden', 'object']] } };
    const file = (strings: readonly string[]): string =>
      JSON.stringify({ snapshot: head, nodes: [1, 1, 1, 100], strings });
    const many = file(['', 'Order', ...Array.from({ length: 300_000 }, (_, i) => `word ${i}`)]);
    const long = file(['x'.repeat(8_000_000), 'Order']);
    const pieces = Array.from({ length: Math.ceil(long.length / 1000) }, (_, i) =>
      long.slice(i * 1000, (i + 1) * 1000),
    );
    const found = [{ name: 'Order', objects: 1, bytes: 100 }];
    expect(await heapTotals(Readable.from([many]), 10)).toEqual(found);
    expect(await heapTotals(Readable.from(pieces), 10)).toEqual(found);
  });

  test.each([1, 2, 7, 1000])('are the same however the file is cut, such as in chunks of %i bytes', async (size) => {
    const file = JSON.stringify({
      snapshot: {
        meta: {
          node_fields: ['type', 'name', 'id', 'self_size'],
          node_types: [['hidden', 'object', 'string'], 'string'],
        },
        node_count: 4,
      },
      nodes: [1, 0, 1, 100, 1, 1, 3, 20, 1, 0, 5, 100, 2, 2, 7, 999],
      edges: [1, 2, 3],
      strings: ['Or"der', 'Line]\\', 'a "string"'],
    });
    const chunks = Array.from({ length: Math.ceil(file.length / size) }, (_, i) =>
      file.slice(i * size, (i + 1) * size),
    );
    expect(await heapTotals(Readable.from(chunks), 10)).toEqual([
      { name: '(string)', objects: 1, bytes: 999 },
      { name: 'Or"der', objects: 2, bytes: 200 },
      { name: 'Line]\\', objects: 1, bytes: 20 },
    ]);
  });

  test('are refused of a file that is no snapshot or ends too early', async () => {
    await expect(heapTotals(Readable.from(['{"snapshot":{"meta":']), 10)).rejects.toThrow('ended too early');
    await expect(heapTotals(Readable.from(['x'.repeat(2_000_000)]), 10)).rejects.toThrow('no heap snapshot');
  });
});

describe('The functions of a CPU profile', () => {
  const node = (id: number, functionName: string, children: number[] = []): V8Profile['nodes'][number] => ({
    id,
    callFrame: { functionName, url: functionName.startsWith('(') ? '' : 'file:///app/orders.js', lineNumber: 9 },
    children,
  });

  test('come by cumulative time, a function that calls itself once', () => {
    const top = topFunctions({
      nodes: [
        node(1, '(root)', [2, 5]),
        node(2, 'handle', [3]),
        node(3, 'sum', [4]),
        node(4, 'sum'),
        node(5, '(idle)'),
      ],
      startTime: 0,
      endTime: 10_000,
      samples: [3, 4, 2, 5],
      timeDeltas: [1000, 2000, 1000, 6000],
    });
    expect(top).toEqual([
      { name: 'handle', place: '/app/orders.js:10', selfMs: 1, totalMs: 4, share: 1 },
      { name: 'sum', place: '/app/orders.js:10', selfMs: 3, totalMs: 3, share: 0.75 },
    ]);
  });

  test('are found in a real profile', async () => {
    const clock = fakeClock();
    const recording = recordProfile(clock, 'cpu-1');
    while (clock.timers.length === 0) await new Promise(setImmediate); // until it has begun
    function spinsOnPurpose(): number {
      let sum = 0;
      const before = process.cpuUsage(); // not by the clock: another process may have the core
      while (process.cpuUsage(before).user < 300_000) for (let i = 0; i < 1e6; i++) sum += Math.sqrt(i);
      return sum;
    }
    expect(spinsOnPurpose()).toBeGreaterThan(0);
    clock.advance(PROFILE_MS);
    const { top, file, bytes } = await recording;
    expect(top.map(({ name }) => name)).toContain('spinsOnPurpose');
    expect(top.length).toBeLessThanOrEqual(20);
    expect(JSON.parse(file)).toHaveProperty('nodes');
    expect(bytes).toBe(Buffer.byteLength(file));
  }, 60_000);
});

test('one profile is taken at a time, and none where they are switched off', { timeout: 60_000 }, async () => {
  const profiles = new Profiles({ isAllowed: true, clock: fakeClock(), log: silent });
  expect((await profiles.start('cpu')).running).not.toBeNull();
  await expect(profiles.start('cpu')).rejects.toMatchObject({ status: 409 });
  const none = new Profiles({ isAllowed: false, clock: fakeClock(), log: silent });
  await expect(none.start('heap')).rejects.toMatchObject({ status: 404 });
});

test('the runtime has versions, memory and what keeps the process alive', () => {
  const facts = runtimeFacts('orders', null, 0);
  expect(facts).toMatchObject({ pid: process.pid, versions: { node: process.versions.node } });
  expect(facts.heapLimitBytes).toBeGreaterThan(facts.heapUsedBytes ?? 0);
  expect(heapSpaces().map(({ name }) => name)).toContain('heap: old space');
});
