import { linkSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { threadId } from 'node:worker_threads';
import { processPath } from './rolled-names.js';

/** One process's right to a file. */
export interface ClaimedFile {
  readonly path: string;
  release(): void;
}

/**
 * Claims the first of `app.log`, `app.p2.log`, … that no living process has, by a file beside it (`app.log.lock`) that says whose
 * it is. What a process left behind that died is taken over. Throws if none can be claimed.
 */
export function claimFile(path: string): ClaimedFile {
  let lastError: unknown;
  for (let n = 1; n <= mostProcesses; n++) {
    const candidate = processPath(path, n);
    try {
      if (claim(`${candidate}.lock`)) return { path: candidate, release: () => release(`${candidate}.lock`) };
    } catch (error) {
      lastError = error;
      break; // the folder, not the lock
    }
  }
  throw lastError ?? new Error(`${mostProcesses} processes write to ${path} already`);
}

const mostProcesses = 1000;
const me = `${process.pid} ${startOf(process.pid) ?? '-'} ${threadId} ${hostname()}\n`;
let made = 0;

function claim(lock: string): boolean {
  if (created(lock)) return true;
  if (isHeld(lock)) return false;
  // Whoever takes over does so alone, or two that saw the same dead owner would both believe to have it.
  const takeover = `${lock}.takeover`;
  if (!created(takeover)) {
    // Left by one that died in these few microseconds; the next claim finds it gone.
    if (ageMs(takeover) > 10_000) removed(takeover);
    return false;
  }
  try {
    if (isHeld(lock)) return false;
    removed(lock);
    return created(lock);
  } finally {
    removed(takeover);
  }
}

/** Makes the file with its content in one step, so that nobody reads it empty. */
function created(path: string): boolean {
  const draft = `${path}.${process.pid}.${threadId}.${made++}`;
  writeFileSync(draft, me);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    removed(draft);
  }
}

/** Whether the process that made the lock still runs. */
function isHeld(lock: string): boolean {
  let text: string;
  try {
    text = readFileSync(lock, 'utf8');
  } catch {
    return false;
  }
  const [pid = '', start = '', , host = ''] = text.trim().split(' ');
  // Of other machines or containers nobody knows; they are given two days.
  if (host !== hostname()) return ageMs(lock) < 2 * 86_400_000;
  return isAlive(Number(pid)) && (start === '-' || startOf(Number(pid)) === start);
}

function isAlive(pid: number): boolean {
  if (!(Number.isInteger(pid) && pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process began, in the kernel's ticks (proc(5), /proc/pid/stat, field 22): another of the same id has another. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function release(lock: string): void {
  try {
    if (readFileSync(lock, 'utf8') === me) unlinkSync(lock);
  } catch {
    // Gone already.
  }
}

function ageMs(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

function removed(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Gone already.
  }
}
