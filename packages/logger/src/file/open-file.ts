import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
} from 'node:fs';
import { dirname as folderOf } from 'node:path';
import { writeFully } from '../destinations/write-fully.js';

/** Owner, group and mode of a file, as of `stat`. */
export interface FileOwner {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Makes a file like the one that it replaces, as far as this process may and the file system can. */
export function giveTo(fd: number, { mode, uid, gid }: FileOwner): void {
  const own = fstatSync(fd);
  // The owner first, since to change that takes special bits of the mode away. The group alone is more often allowed.
  if (own.gid !== gid) quietly(() => fchownSync(fd, own.uid, gid));
  if (own.uid !== uid) quietly(() => fchownSync(fd, uid, fstatSync(fd).gid));
  quietly(() => fchmodSync(fd, mode & 0o7777));
}

function quietly(change: () => void): void {
  try {
    change();
  } catch {
    // Not permitted, or not known to the file system: the lines are worth more.
  }
}

/** A file that lines are appended to. Methods throw the errors of the system. */
export class OpenFile {
  readonly path: string;
  readonly #fd: number;
  readonly #isRegular: boolean;
  /** A named pipe whose reader has taken nothing for the whole time. */
  #isStuck = false;
  /** A line that cannot be taken back broke off: the next one must begin on a line of its own. */
  #isTorn = false;
  #size: number;
  #checkedSize: number;

  /**
   * Opens or makes it, with its folder; ends a line that a crash broke off.
   * @param owner of the file that it replaces, if it has to be made
   */
  constructor(path: string, owner?: FileOwner) {
    this.path = path;
    this.#fd = opened(path, owner);
    const stat = fstatSync(this.#fd);
    this.#isRegular = stat.isFile();
    this.#size = this.#isRegular ? stat.size : 0;
    this.#checkedSize = this.#size;
    if (this.#size > 0 && !this.#endsWithLine()) this.append(Buffer.from('\n'));
  }

  /** In bytes, as far as this process knows. */
  get size(): number {
    return this.#size;
  }

  get owner(): FileOwner | undefined {
    return this.#isRegular ? fstatSync(this.#fd) : undefined;
  }

  /** When it was last written, Unix milliseconds. */
  get modifiedMs(): number {
    return fstatSync(this.#fd).mtimeMs;
  }

  /** All of `bytes` or nothing of it: the beginning that fitted on a full disk is taken back, unless others have written behind it. */
  append(bytes: Uint8Array): void {
    const whole = this.#isTorn ? Buffer.concat([Buffer.from('\n'), bytes]) : bytes;
    // A reader that has stopped for so long is not waited for with every line again.
    const { written, error } = writeFully(this.#fd, whole, this.#isStuck ? 0 : 30_000);
    this.#isStuck = (error as NodeJS.ErrnoException | undefined)?.code === 'EAGAIN';
    if (error !== undefined) {
      if (written > 0 && this.#isRegular) this.#takeBack(whole.subarray(0, written));
      else if (written > 0) this.#isTorn = whole[written - 1] !== 10;
      throw error;
    }
    this.#isTorn = false;
    this.#size += bytes.length;
  }

  /**
   * Whether the file is still the one of its name. If it was deleted, `rescued` is what was written to it since the last
   * check and would be lost with it.
   */
  check(): { isCurrent: boolean; rescued: Uint8Array } {
    const none = new Uint8Array(0);
    const own = fstatSync(this.#fd);
    const named = statSync(this.path, { throwIfNoEntry: false });
    if (named !== undefined && named.ino === own.ino && named.dev === own.dev) {
      if (this.#isRegular) this.#size = this.#checkedSize = own.size;
      return { isCurrent: true, rescued: none };
    }
    if (own.nlink > 0 || !this.#isRegular) return { isCurrent: false, rescued: none }; // renamed by another program that rolls it
    const rescued = Buffer.alloc(Math.max(0, Math.min(own.size - this.#checkedSize, MAX_RESCUED_BYTES)));
    const count = readSync(this.#fd, rescued, 0, rescued.length, own.size - rescued.length);
    return { isCurrent: false, rescued: rescued.subarray(0, count) };
  }

  /** Returns when the disk has it, if that may be asked. */
  sync(): void {
    if (!this.#isRegular) return;
    try {
      fsyncSync(this.#fd);
    } catch (error) {
      // Node.js' permission model has no fsync: then the kernel decides when.
      if ((error as NodeJS.ErrnoException).code !== 'ERR_ACCESS_DENIED') throw error;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** Of the file's end as it is now: others may have written before these bytes. */
  #takeBack(written: Uint8Array): void {
    const start = fstatSync(this.#fd).size - written.length;
    const last = Buffer.alloc(written.length);
    readSync(this.#fd, last, 0, written.length, start);
    if (last.equals(written)) ftruncateSync(this.#fd, start);
  }

  #endsWithLine(): boolean {
    const last = Buffer.alloc(1);
    readSync(this.#fd, last, 0, 1, this.#size - 1);
    return last[0] === 10;
  }
}

const MAX_RESCUED_BYTES = 16_777_216;

/** One folder after the other: `mkdirSync` with `recursive` never returns below /proc, where no folder can be made. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const parent = folderOf(path);
  if (parent !== path) makeFolder(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process was faster
  }
}

function opened(path: string, owner: FileOwner | undefined): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat !== undefined) {
    // fifo(7): opening one without a reader waits for a reader, and the service with it. So it fails, and is tried again.
    if (stat.isFIFO()) return openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK);
    // A device cannot be read back, and needs not be.
    return openSync(path, stat.isFile() ? 'a+' : 'a');
  }
  makeFolder(folderOf(path));
  if (owner === undefined) return openSync(path, 'a+');
  const fd = openSync(path, 'a+', owner.mode & 0o777);
  giveTo(fd, owner);
  return fd;
}
