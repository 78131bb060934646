import { writeSync } from 'node:fs';

/**
 * Writes all bytes to a file descriptor, however many attempts that takes. A pipe that is full and must not block (EAGAIN)
 * is waited for, so that a slow reader loses nothing; the process stands still for that time, as with a pipe that blocks.
 * @param patienceMs how long to wait for a reader that takes nothing at all, before giving up
 * @returns how many bytes were written before `error`, which is `undefined` if that is all
 */
export function writeFully(fd: number, bytes: Uint8Array, patienceMs: number): { written: number; error?: unknown } {
  let written = 0;
  let waitedMs = 0;
  while (written < bytes.length) {
    try {
      const count = writeSync(fd, bytes, written);
      written += count;
      waitedMs = count > 0 ? 0 : waitedMs + wait(waitedMs);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EINTR') continue;
      if ((code !== 'EAGAIN' && code !== 'EWOULDBLOCK') || waitedMs >= patienceMs) return { written, error };
      waitedMs += wait(waitedMs);
    }
  }
  return { written };
}

const cell = new Int32Array(new SharedArrayBuffer(4));

/** Waits shortly at first, since most readers are only a little behind. @returns milliseconds */
function wait(waitedMs: number): number {
  const ms = waitedMs < 5 ? 0.5 : Math.min(20, waitedMs / 5);
  Atomics.wait(cell, 0, 0, ms);
  return ms;
}
