import { type Clock, systemClock } from '@sightline/base';
import { quotedSetting } from '@sightline/base/secrets';
import { checkMembers } from '../check-members.js';
import { type BufferOptions, withBuffer } from '../destinations/buffered.js';
import type { Destination } from '../destinations/destination.js';
import type { LossObserver } from '../destinations/losses.js';
import { RollingFile } from './rolling-file.js';
import { type RotateOptions, resolveRotation } from './rotate-options.js';

export interface FileDestinationOptions {
  file: string;
  /** `false` for one file without end. Default: at 100 MB, of which 10 are kept, and daily, of which 30 are. */
  rotate?: RotateOptions | false | undefined;
  /** Lines are collected and written together. Default: every line is with the kernel when `write` returns. */
  buffer?: BufferOptions | true | undefined;
  /** Called for lines that could not be written, and when writing works again. Each outage is reported once on standard error in any case. */
  observer?: LossObserver | undefined;
  /** Default: the machine's. */
  clock?: Clock | undefined;
}

/**
 * A file that lines are appended to, rolled by size and by day, shared by no two processes: a destination of `createLogger`, a stream of plain
 * pino, or written to by the service itself. `write` takes whole lines, each with its line feed. The file is opened with the first line; when that
 * fails, lines are counted as lost and opening is tried again every second. Throws for options that cannot work.
 */
export function fileDestination(options: FileDestinationOptions): FileDestination {
  checkMembers('fileDestination', options, ['file', 'rotate', 'buffer', 'observer', 'clock']);
  const { file, rotate = {}, buffer, observer = noObserver, clock = systemClock } = options;
  if (typeof file !== 'string' || file === '') {
    throw new Error(
      `[logger] file of fileDestination() is ${quotedSetting('file', file)}. Give a path, such as '/var/log/shop/app.log'.`,
    );
  }
  const rolling = new RollingFile(file, rotate === false ? undefined : resolveRotation(rotate), observer, clock);
  return Object.assign(withBuffer(rolling, buffer, clock), { writable: true } as const);
}

/** A destination of which all methods are there. */
export interface FileDestination extends Required<Destination> {
  /** `pino(destination)` takes an object without it for options. */
  readonly writable: true;
}

const noObserver: LossObserver = { lost: () => {}, recovered: () => {} };
