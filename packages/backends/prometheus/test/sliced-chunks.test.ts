import { expect, test } from 'vitest';
import { slicedChunks } from '../src/sliced-chunks.js';

test('gives the event loop a turn after each slice of work', async () => {
  let nowMs = 0;
  let turns = 0;
  let isReading = true;
  const countTurns = () => {
    turns++;
    if (isReading) setImmediate(countTurns);
  };
  setImmediate(countTurns);
  function* pieces(): Generator<Buffer> {
    for (let i = 0; i < 40; i++) {
      nowMs += 1;
      yield Buffer.from('line\n');
    }
  }
  let bytes = 0;
  for await (const chunk of slicedChunks(pieces(), () => nowMs, 4)) bytes += chunk.length;
  isReading = false;
  expect(bytes).toBe(200);
  expect(turns).toBeGreaterThanOrEqual(9);
});

test('makes a chunk on demand', async () => {
  let made = 0;
  function* pieces(): Generator<Buffer> {
    for (;;) yield Buffer.from(`${made++}\n`);
  }
  const sliced = slicedChunks(pieces(), () => 0);
  await sliced.next();
  await sliced.next();
  expect(made).toBe(2);
  await sliced.return();
});
