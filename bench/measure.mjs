// Runs a case: one process per peer, all alive at once, which take turns (A B A B ...), so that what the machine does
// meanwhile meets all of them. Values are medians of the rounds; a ratio is that of the medians, its spread that of the
// ratios round by round.

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {'ns' | 'ms' | 'B' | 'kB' | 'us'} unit
 * @property {Record<string, (roundMs: number) => Promise<(n: number) => unknown>>} peers `sightline` first. What each returns makes
 *   `n` calls, or with `once` measures by itself and returns the value
 * @property {string} [above] the peer whose value of the same round is taken off those of the others
 * @property {Record<string, number>} [targets] how many times less than this peer's value ours must be
 * @property {Record<string, number>} [mostOf] how much of this peer's value ours may be
 * @property {number} [limit] what ours may be, if there is no peer
 * @property {number} [gate] where CI fails, if that is not a part of the target: a value of ours, or a ratio if there are peers; with `why`
 * @property {string} [why] why the target is missed
 * @property {boolean} [once]
 * @property {boolean} [fresh] a process per round
 * @property {number} [rounds] instead of the usual number
 */

/**
 * @typedef {object} Result
 * @property {string} case
 * @property {string} peer
 * @property {string} unit
 * @property {number} ours
 * @property {number | null} theirs
 * @property {number | null} ratio how many times better ours is: theirs / ours
 * @property {[number, number] | null} spread smallest and largest ratio of a round
 * @property {number | null} target what the ratio must be at least; if there is no peer, what ours may be at most
 * @property {boolean | null} ok null if there is no target
 * @property {string} [why] why the target is missed
 * @property {number} [gate] where CI fails instead of at a part of the target
 */

const worker = fileURLToPath(new URL('./worker.mjs', import.meta.url));

/** @returns {Promise<Result[]>} */
export async function measure(
  /** @type {Case} */ given,
  /** @type {{ rounds: number, roundMs: number }} */ { rounds, roundMs },
) {
  const names = Object.keys(given.peers);
  const values = new Map(names.map((name) => [name, /** @type {number[]} */ ([])]));
  const open = () => Promise.all(names.map((name) => start(given.name, name, roundMs)));
  let processes = given.fresh ? [] : await open();
  for (let round = 0; round < (given.rounds ?? rounds); round++) {
    if (given.fresh) processes = await open();
    for (const [i, name] of names.entries()) values.get(name)?.push((await processes[i]?.round()) ?? Number.NaN);
    if (given.fresh) await Promise.all(processes.map(({ stop }) => stop()));
  }
  if (!given.fresh) await Promise.all(processes.map(({ stop }) => stop()));
  const { above } = given;
  const least = above === undefined ? [] : (values.get(above) ?? []);
  const valuesOf = (/** @type {string} */ name) => (values.get(name) ?? []).map((value, i) => value - (least[i] ?? 0));
  const ours = valuesOf('sightline');
  const others = names.filter((name) => name !== 'sightline' && name !== above);
  if (others.length === 0) return [alone(given, ours)];
  return others.map((peer) => against(given, peer, ours, valuesOf(peer)));
}

/** @returns {Result} */
function alone({ name, unit, limit, gate, why }, /** @type {number[]} */ ours) {
  const value = median(ours);
  const ok = limit === undefined ? null : value <= limit;
  return {
    case: name,
    peer: '',
    unit,
    ours: value,
    theirs: null,
    ratio: null,
    spread: null,
    target: limit ?? null,
    ok,
    ...(gate === undefined ? {} : { gate }),
    ...(why === undefined ? {} : { why }),
  };
}

/** @returns {Result} */
function against(
  /** @type {Case} */ { name, unit, targets, mostOf, gate, why },
  /** @type {string} */ peer,
  /** @type {number[]} */ ours,
  /** @type {number[]} */ theirs,
) {
  const most = mostOf?.[peer];
  const target = targets?.[peer] ?? (most === undefined ? null : 1 / most);
  const ratio = median(theirs) / median(ours);
  const ratios = ours.map((value, i) => (theirs[i] ?? Number.NaN) / value);
  return {
    case: name,
    peer,
    unit,
    ours: median(ours),
    theirs: median(theirs),
    ratio,
    spread: [Math.min(...ratios), Math.max(...ratios)],
    target,
    ok: target === null ? null : ratio >= target,
    ...(gate === undefined ? {} : { gate }),
    ...(why === undefined ? {} : { why }),
  };
}

async function start(/** @type {string} */ name, /** @type {string} */ peer, /** @type {number} */ roundMs) {
  const child = fork(worker, [name, peer, String(roundMs)], { execArgv: ['--expose-gc'] });
  const next = () =>
    new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`${name}, ${peer}: the process ended with ${code}`)));
    });
  await next();
  return {
    /** @returns {Promise<number>} */
    round() {
      child.removeAllListeners('exit');
      const value = next();
      child.send('round');
      return value;
    },
    async stop() {
      child.removeAllListeners('exit');
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.disconnect();
      await ended;
    },
  };
}

export function median(/** @type {number[]} */ values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
