import {
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  readlinkSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { threadId } from 'node:worker_threads';
import type { Clock, Timer } from '@sightline/base';
import { processPath } from './rolled-names.js';

/** One process's right to a file. */
export interface ClaimedFile {
  readonly path: string;
  /** False once another process has taken it over, or the lock was deleted. */
  readonly isMine: boolean;
  release(): void;
}

/**
 * Claims the first of `app.log`, `app.p2.log`, … that no living process has, by a file beside it (`app.log.lock`) that names its
 * owner. What a process that died left behind is taken over: at once if it can be seen to be dead, else (another machine or
 * container) when its lock has not been renewed for a minute. Throws if none can be claimed.
 */
export function claimFile(path: string, clock: Pick<Clock, 'setTimer'>): ClaimedFile {
  for (let n = 1; n <= MAX_PROCESSES; n++) {
    const candidate = processPath(path, n);
    const lock = `${candidate}.lock`;
    if (claim(lock)) return claimed(candidate, lock, clock);
  }
  throw new Error(`${MAX_PROCESSES} processes write to ${path} already`);
}

const MAX_PROCESSES = 1000;
/** How often a lock is renewed, and after what time without that it belongs to no process. */
const RENEW_MS = 10_000;
const LIFETIME_MS = 60_000;

const here = placeOf() ?? hostname();
const me = `${process.pid} ${startOf(process.pid) ?? '-'} ${threadId} ${here}\n`;
let made = 0;

function claimed(path: string, lock: string, clock: Pick<Clock, 'setTimer'>): ClaimedFile {
  let timer: Timer | undefined;
  const renewLater = (): void => {
    timer = clock.setTimer(() => {
      renew(lock);
      renewLater();
    }, RENEW_MS);
    timer.unref();
  };
  renewLater();
  return {
    path,
    get isMine() {
      return isMine(lock);
    },
    release() {
      timer?.cancel();
      if (isMine(lock)) removed(lock);
    },
  };
}

function claim(lock: string): boolean {
  const draft = `${lock}.${process.pid}.${threadId}.${made++}`;
  try {
    writeFileSync(draft, me); // a full disk makes the file, and writes nothing
    // The clock of the file system, which may be on a server.
    const nowMs = statSync(draft).mtimeMs;
    if (created(lock, draft)) return true;
    if (isHeld(lock, nowMs)) return false;
    // One process takes over alone, or two that saw the same dead owner would both believe to have it.
    const takeover = `${lock}.takeover`;
    if (!created(takeover, draft)) {
      // Left by one that died in these few microseconds; the next claim finds it gone.
      if (!isFresh(takeover, nowMs)) removed(takeover);
      return false;
    }
    try {
      if (isHeld(lock, nowMs)) return false;
      removed(lock);
      return created(lock, draft);
    } finally {
      removed(takeover);
    }
  } finally {
    removed(draft);
  }
}

/** Makes the file with its content in one step, so that no process reads it empty. */
function created(path: string, draft: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
  }
  // A file system without hard links (exFAT, SMB, FUSE): in two steps. An empty lock counts as fresh.
  try {
    const fd = openSync(path, 'wx');
    try {
      writeSync(fd, me);
    } catch (error) {
      removed(path);
      throw error;
    } finally {
      closeSync(fd);
    }
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Whether the process that made the lock still runs, as far as that can be seen. */
function isHeld(lock: string, nowMs: number): boolean {
  let text: string;
  try {
    text = readFileSync(lock, 'utf8');
  } catch (error) {
    return codeOf(error) !== 'ENOENT';
  }
  const [pid = '', start = '', thread = '', place = ''] = text.trim().split(' ');
  if (place !== here) return isFresh(lock, nowMs);
  if (!isAlive(Number(pid)) || (start !== '-' && startOf(Number(pid)) !== start)) return false;
  // A worker thread may have ended alone.
  return (Number(pid) === process.pid && Number(thread) === threadId) || thread === '0' || isFresh(lock, nowMs);
}

/** One from the future is not: the clock was set back since, and a living process has renewed its lock since. */
function isFresh(path: string, nowMs: number): boolean {
  try {
    return Math.abs(nowMs - statSync(path).mtimeMs) < LIFETIME_MS;
  } catch {
    return true; // asked again by the next claim
  }
}

function isMine(lock: string): boolean {
  try {
    return readFileSync(lock, 'utf8') === me;
  } catch {
    return false;
  }
}

/** Writes the same bytes: the file system gives them its own time, with which the others compare. */
function renew(lock: string): void {
  try {
    if (isMine(lock)) writeFileSync(lock, me, { flag: 'r+' });
  } catch {
    // Deleted by others, which the next line finds out.
  }
}

function isAlive(pid: number): boolean {
  if (!(Number.isInteger(pid) && pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
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

/** Where ids of processes mean the same: one namespace of them in one running kernel, whatever it is called. */
function placeOf(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function removed(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Gone already.
  }
}
