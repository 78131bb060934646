/**
 * How many rounds a test with random inputs runs: `full` in the project `slow` (`npm run test:slow`), fewer in `npm test`, where every
 * such test runs as well. Each run of `npm test` has other inputs, so that they add up. `ROUNDS=100000` before either command is the
 * number itself, to look for what is rare.
 */
export function rounds(full: number): number {
  const given = process.env['ROUNDS'];
  if (given === undefined || given === '') return Math.min(full, quickRounds());
  if (given === 'full') return full;
  const number = Number(given);
  if (!Number.isInteger(number) || number < 1) throw new Error(`ROUNDS is "${given}". Give "full", or a whole number.`);
  return number;
}

/** In CI fast-check's own default; a developer waits for `npm test`. */
function quickRounds(): number {
  return process.env['CI'] === undefined ? 50 : 100;
}
