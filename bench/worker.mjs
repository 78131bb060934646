// One peer of one case in a process of its own: prepares, then answers each message with the value of a round.

import { allCases } from './all-cases.mjs';

const [, , name, peer = '', roundMs] = process.argv;
const found = allCases.find((candidate) => candidate.name === name);
const prepare = found?.peers[peer];
if (found === undefined || prepare === undefined) throw new Error(`No case "${name}" with peer "${peer}".`);

const run = await prepare(Number(roundMs));
const calls = found.once ? 1 : await calibrate();
// As in a service that has been read before; a case with a process per round is about the first time.
for (let i = 0; i < 3 && found.once && !found.fresh && found.rounds !== 1; i++) await run(1);
process.on('message', async () => {
  const value = found.once ? await run(1) : (1e6 * (await timed(calls))) / calls;
  await settled();
  process.send?.(value);
});
await settled();
process.send?.('ready');

/** Until threads in the background are done: the collection of one peer's garbage must not slow down another peer's round. */
async function settled() {
  for (let waits = 0; waits < 100; waits++) {
    const before = process.cpuUsage();
    await new Promise((resolve) => setTimeout(resolve, 10));
    const { user, system } = process.cpuUsage(before);
    if (user + system < 1000) return;
  }
}

/** How many calls fill a round, found while warming up. */
async function calibrate() {
  let calls_ = 20_000;
  for (let i = 0; i < 5; i++) await timed(calls_);
  for (;;) {
    const ms = await timed(calls_);
    if (ms >= Number(roundMs) / 2) return Math.ceil((calls_ * Number(roundMs)) / ms);
    calls_ *= 2;
  }
}

async function timed(/** @type {number} */ n) {
  const start = performance.now();
  await run(n);
  return performance.now() - start;
}
