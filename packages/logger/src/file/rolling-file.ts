import { renameSync, statSync } from 'node:fs';
import { dirname as folderOf, resolve } from 'node:path';
import type { Clock } from '@sightline/base';
import { atExit } from '../destinations/at-exit.js';
import { linesIn } from '../destinations/descriptor.js';
import type { Destination } from '../destinations/destination.js';
import { Losses, type LossObserver, reportOnStderr } from '../destinations/losses.js';
import { Compressor } from './compress.js';
import { type FileOwner, makeFolder, OpenFile } from './open-file.js';
import { type ClaimedFile, claimFile } from './process-lock.js';
import { applyRetention, rolledFiles } from './retention.js';
import { dayOf, type RolledNames, rolledNames } from './rolled-names.js';
import type { ResolvedRotation } from './rotate-options.js';

/**
 * Appends lines to a file; every line is with the kernel when `write` returns. With rotation each process has a file of its own, so that
 * none renames, measures or compresses what another is writing to.
 */
export class RollingFile implements Destination {
  readonly #wanted: string;
  readonly #rotation: ResolvedRotation | undefined;
  readonly #clock: Clock;
  readonly #losses: Losses;
  #claimed: ClaimedFile | undefined = undefined;
  #names: RolledNames | undefined = undefined;
  #compressor: Compressor | undefined = undefined;
  #file: OpenFile | undefined = undefined;
  #day = '';
  #nextCheckMs = 0;
  #nextAttemptMs = 0;
  #cannotRoll = false;
  #leaveExit: (() => void) | undefined = undefined;

  /** @param rotation `undefined` for none */
  constructor(path: string, rotation: ResolvedRotation | undefined, observer: LossObserver, clock: Clock) {
    this.#wanted = resolve(path);
    this.#rotation = isSpecial(this.#wanted) ? undefined : rotation;
    this.#clock = clock;
    this.#losses = new Losses(`the file ${this.#wanted}`, observer);
  }

  /** The file that this process writes to; `undefined` before the first line and while it cannot be opened. */
  get path(): string | undefined {
    return this.#file?.path;
  }

  get lost(): number {
    return this.#losses.total;
  }

  write(lines: string): void {
    const bytes = Buffer.from(lines);
    let written = 0;
    try {
      const file = this.#ready();
      if (file.size + bytes.length <= this.#limit) file.append(bytes);
      else {
        for (const line of linesOf(bytes)) {
          this.#appendOne(line);
          written += line.length;
        }
      }
    } catch (error) {
      this.#losses.add(linesIn(bytes, written), error);
      return;
    }
    this.#losses.recovered();
  }

  flush(callback?: (error?: Error) => void): void {
    try {
      this.#file?.sync();
      callback?.(
        this.#losses.isLosing ? new Error(`[logger] ${this.lost} lines of ${this.#wanted} were lost.`) : undefined,
      );
    } catch (error) {
      callback?.(error as Error);
    }
  }

  flushSync(): void {}

  async shutdown(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#nextAttemptMs = 0;
    try {
      file?.sync();
      file?.close();
    } catch {
      // The disk is gone; there is nothing more to save.
    }
    await this.#compressor?.idle();
    // A line that came in between has opened the file again.
    if (this.#file !== undefined) return;
    this.#unclaim();
  }

  get #limit(): number {
    return this.#rotation === undefined || this.#cannotRoll ? Number.POSITIVE_INFINITY : this.#rotation.maxBytes;
  }

  #appendOne(line: Uint8Array): void {
    const file = this.#file ?? this.#ready();
    if (file.size > 0 && file.size + line.length > this.#limit) this.#roll('full');
    (this.#file ?? this.#ready()).append(line);
  }

  /** The open file, rolled if its day is over. Throws the error of the system. */
  #ready(): OpenFile {
    const nowMs = this.#clock.monotonicMs();
    if (this.#file === undefined) {
      if (nowMs < this.#nextAttemptMs) throw new Error('it could not be opened');
      this.#nextAttemptMs = nowMs + retryMs;
      this.#open();
      this.#nextAttemptMs = 0;
    } else if (nowMs >= this.#nextCheckMs) {
      this.#check();
    }
    if (this.#rotation?.isDaily === true && !this.#cannotRoll) this.#rollAtNewDay();
    if (this.#file === undefined) throw new Error('it could not be opened');
    return this.#file;
  }

  #rollAtNewDay(): void {
    const today = this.#today();
    if (today > this.#day) this.#roll('day');
    else this.#day = today; // an earlier one if the clock was set back
  }

  /** @param owner whose file is made, if there is none */
  #open(owner?: FileOwner): void {
    this.#nextCheckMs = this.#clock.monotonicMs() + checkMs;
    if (this.#rotation === undefined) {
      this.#file = new OpenFile(this.#wanted, owner);
      return;
    }
    const isNew = this.#claimed === undefined;
    if (isNew) this.#claim();
    this.#file = new OpenFile(this.#claimed?.path ?? this.#wanted, owner);
    // A file of an earlier run belongs to the day on which it was last written.
    this.#day = this.#file.size > 0 ? dayOf(this.#file.modifiedMs) : this.#today();
    if (isNew) this.#tidyUp('all');
  }

  #claim(): void {
    makeFolder(folderOf(this.#wanted));
    this.#claimed = claimFile(this.#wanted, this.#clock);
    this.#leaveExit ??= atExit('release', () => this.#claimed?.release());
    this.#names = rolledNames(this.#claimed.path);
    this.#compressor = this.#rotation?.gzip === true ? new Compressor(this.#names) : undefined;
  }

  #unclaim(): void {
    this.#leaveExit?.();
    this.#leaveExit = undefined;
    this.#claimed?.release();
    this.#claimed = undefined;
  }

  /** Looks whether the file was renamed or deleted by others, or taken over while this process was stopped. */
  #check(): void {
    this.#nextCheckMs = this.#clock.monotonicMs() + checkMs;
    this.#cannotRoll = false;
    const file = this.#file;
    const result = file?.check();
    const isMine = this.#claimed?.isMine !== false;
    if (file === undefined || result === undefined || (result.isCurrent && isMine)) return;
    const { owner } = file;
    file.close();
    this.#file = undefined;
    if (!isMine) this.#unclaim();
    this.#open(owner);
    if (result.rescued.length > 0) this.#ready().append(result.rescued);
  }

  #roll(why: 'full' | 'day'): void {
    const file = this.#file;
    if (file === undefined || this.#names === undefined) return;
    const { path } = file;
    try {
      if (file.size !== 0) {
        file.sync();
        const { owner } = file;
        renameSync(path, this.#freePath(this.#names, why));
        file.close();
        this.#file = undefined;
        this.#file = new OpenFile(path, owner);
      }
      this.#day = this.#today();
    } catch (error) {
      // Better a file that is too large than none. It is tried again with the next check.
      if (!this.#cannotRoll)
        reportOnStderr(`[logger] Cannot roll ${path}: ${(error as Error).message}. It grows until it can be rolled.\n`);
      this.#cannotRoll = true;
      return;
    }
    this.#tidyUp('oneRoll');
  }

  #freePath(names: RolledNames, why: 'full' | 'day'): string {
    const ofDay = rolledFiles(names).filter(({ day }) => day === this.#day);
    if (why === 'day' && ofDay.every(({ number }) => number !== undefined)) return names.path(this.#day, undefined);
    const highest = ofDay.reduce((most, { number = 0 }) => Math.max(most, number), 0);
    return names.path(this.#day, highest + 1);
  }

  #tidyUp(atMost: 'oneRoll' | 'all'): void {
    if (this.#names === undefined || this.#rotation === undefined) return;
    applyRetention(this.#names, this.#rotation, this.#day, atMost);
    this.#compressor?.start();
  }

  #today(): string {
    return dayOf(this.#clock.now());
  }
}

const retryMs = 1000;
const checkMs = 1000;

function isSpecial(path: string): boolean {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat !== undefined && !stat.isFile();
  } catch {
    return false;
  }
}

function* linesOf(bytes: Buffer): Generator<Buffer> {
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    yield bytes.subarray(start, end + 1);
    start = end + 1;
  }
  if (start < bytes.length) yield bytes.subarray(start);
}
