import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
} from 'node:fs';
import { dirname as folderOf } from 'node:path';
import { writeFully } from '../write-fully.js';

/** A file that lines are appended to. Methods throw what the system says. */
export class OpenFile {
  readonly path: string;
  readonly #fd: number;
  readonly #isRegular: boolean;
  #size: number;
  #checkedSize: number;

  /** Opens or makes it, with its folder; ends a line that a crash broke off. */
  constructor(path: string) {
    this.path = path;
    this.#fd = opened(path);
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

  /** When it was last written, Unix milliseconds. */
  get modifiedMs(): number {
    return fstatSync(this.#fd).mtimeMs;
  }

  /** All of `bytes` or nothing of it: a part that fitted on a full disk is taken back, unless others have written behind it. */
  append(bytes: Uint8Array): void {
    const { written, error } = writeFully(this.#fd, bytes, 30_000);
    if (error !== undefined) {
      if (written > 0 && this.#isRegular) this.#takeBack(bytes.subarray(0, written));
      throw error;
    }
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
    if (own.nlink > 0 || !this.#isRegular) return { isCurrent: false, rescued: none }; // renamed by somebody who rolls it
    const rescued = Buffer.alloc(Math.max(0, Math.min(own.size - this.#checkedSize, mostRescued)));
    const count = readSync(this.#fd, rescued, 0, rescued.length, own.size - rescued.length);
    return { isCurrent: false, rescued: rescued.subarray(0, count) };
  }

  /** Returns when the disk has it, where that may be asked. */
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

  /** Of the file's end as it is now: others may have written before this part. */
  #takeBack(part: Uint8Array): void {
    const start = fstatSync(this.#fd).size - part.length;
    const last = Buffer.alloc(part.length);
    readSync(this.#fd, last, 0, part.length, start);
    if (last.equals(part)) ftruncateSync(this.#fd, start);
  }

  #endsWithLine(): boolean {
    const last = Buffer.alloc(1);
    readSync(this.#fd, last, 0, 1, this.#size - 1);
    return last[0] === 10;
  }
}

const mostRescued = 16_777_216;

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

function opened(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) makeFolder(folderOf(path));
  // A device or pipe cannot be read back, and needs not be.
  return openSync(path, stat === undefined || stat.isFile() ? 'a+' : 'a');
}
