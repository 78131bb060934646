// A service has many instruments, so code that all of them share is never specialised for the one under test: each peer
// uses 20 others, with label names of their own, before it is measured.

export const OTHER_INSTRUMENTS = 20;
const CALLS = 20_000;

/**
 * @param {(name: string, labelNames: [string, string]) => (labels: Record<string, string>) => void} declare makes a counter
 *   and returns what increments it
 */
export function useOthers(declare) {
  for (let i = 0; i < OTHER_INSTRUMENTS; i++) {
    const [a, b] = [`first_${i}`, `second_${i}`];
    const inc = declare(`other_${i}_total`, [a, b]);
    for (let call = 0; call < CALLS; call++) inc({ [a]: `a${call % 10}`, [b]: 'b' });
  }
}

/** The same for histograms: 5 others. */
export function useOtherHistograms(
  /** @type {(name: string, labelName: string) => (value: number, labels: Record<string, string>) => void} */ declare,
) {
  for (let i = 0; i < 5; i++) {
    const observe = declare(`other_${i}_seconds`, `label_${i}`);
    for (let call = 0; call < CALLS; call++) observe((call % 100) / 10, { [`label_${i}`]: `a${call % 10}` });
  }
}

export const LABEL_NAMES = /** @type {const} */ (['queue', 'outcome']);
/** 100 series. */
export const QUEUES = Array.from({ length: 100 }, (_, i) => `queue-${i}`);
export const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Lognormal, the same for every peer: latencies as they are, which no processor can predict. */
export const VALUES = (() => {
  let state = 42;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / 2 ** 32;
  };
  return Float64Array.from(
    { length: 4096 },
    () => 0.1 * Math.exp(1.5 * Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random())),
  );
})();
