import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * @typedef {object} ServiceProcess
 * @property {readonly any[]} lines       of standard output that are JSON, parsed
 * @property {readonly string[]} output   all lines of standard output
 * @property {() => string} errors        what is on standard error
 * @property {(isWanted: (line: any) => boolean) => Promise<any>} line  the first that fits, now or later
 * @property {(name: NodeJS.Signals) => void} signal
 * @property {() => Promise<Ended>} stop  SIGTERM, and waits for the end
 * @property {() => Promise<Ended>} ended
 */

/** @typedef {{ code: number | null, signal: string | null }} Ended */

/**
 * Starts a program of services/ with these variables and no others.
 * @param {string} project
 * @param {string} program
 * @param {Record<string, string>} [env]
 * @param {readonly string[]} [nodeArguments]
 * @returns {ServiceProcess}
 */
export function startService(project, program, env = {}, nodeArguments = []) {
  const child = spawn(process.execPath, [...nodeArguments, program], {
    cwd: project,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const patience = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
  running.add(child);
  const closed = once(child, 'close').then(([code, signal]) => {
    clearTimeout(patience);
    running.delete(child);
    return { code, signal };
  });
  /** @type {string[]} */
  const output = [];
  /** @type {any[]} */
  const lines = [];
  const arrivals = new EventEmitter().setMaxListeners(0);
  createInterface({ input: child.stdout }).on('line', (text) => {
    output.push(text);
    const line = parsed(text);
    if (line === undefined) return;
    lines.push(line);
    arrivals.emit('line');
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => (errors += chunk));

  return {
    lines,
    output,
    errors: () => errors,
    async line(isWanted) {
      for (;;) {
        const found = lines.find(isWanted);
        if (found !== undefined) return found;
        const isOver = await Promise.race([once(arrivals, 'line').then(() => false), closed.then(() => true)]);
        if (!isOver) continue;
        const late = lines.find(isWanted);
        assert.ok(late, `${program} ended without a line for ${isWanted}:\n${output.join('\n')}\n${errors}`);
        return late;
      }
    },
    signal: (name) => void child.kill(name),
    stop() {
      child.kill('SIGTERM');
      return closed;
    },
    ended: () => closed,
  };
}

const LONGEST_MS = 60_000;

/** Killed when this process ends, in any way. @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function parsed(/** @type {string} */ text) {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Runs a program that ends by itself, and gives back what it printed. */
export async function runService(
  /** @type {string} */ project,
  /** @type {string} */ program,
  /** @type {Record<string, string>} */ env = {},
  /** @type {readonly string[]} */ nodeArguments = [],
) {
  const service = startService(project, program, env, nodeArguments);
  const { code, signal } = await service.ended();
  return { code, signal, lines: service.lines, output: service.output, errors: service.errors() };
}
