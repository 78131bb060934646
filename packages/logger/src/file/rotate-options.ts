import { checkMembers } from '../check-members.js';

/** When a file is rolled away, and what is kept of it. */
export interface RotateOptions {
  /** Before a line that would make it larger. Default: 100 000 000; `false` for never. */
  maxBytes?: number | false | undefined;
  /** Full files to keep. Default: 10. */
  keepFiles?: number | undefined;
  /** With the first line of a new day, UTC. Default: true. */
  daily?: boolean | undefined;
  /** Days to keep. Default: 30. */
  keepDays?: number | undefined;
  /** Compress what was rolled away. Default: false. */
  gzip?: boolean | undefined;
}

export interface ResolvedRotation {
  readonly maxBytes: number;
  readonly keepFiles: number;
  readonly isDaily: boolean;
  readonly keepDays: number;
  readonly gzip: boolean;
}

/** Throws for what cannot work. */
export function resolveRotation(given: RotateOptions): ResolvedRotation {
  checkMembers('rotate', given, ['maxBytes', 'keepFiles', 'daily', 'keepDays', 'gzip']);
  const { maxBytes = 100_000_000, keepFiles = 10, daily = true, keepDays = 30, gzip = false } = given;
  check(maxBytes === false || (Number.isInteger(maxBytes) && maxBytes > 0), 'maxBytes', maxBytes, 'bytes, or false');
  check(isCount(keepFiles), 'keepFiles', keepFiles, 'a number of files from 0, or Infinity');
  check(isCount(keepDays), 'keepDays', keepDays, 'a number of days from 0, or Infinity');
  return {
    maxBytes: maxBytes === false ? Number.POSITIVE_INFINITY : maxBytes,
    keepFiles,
    isDaily: daily,
    // Without daily files, only their number is limited.
    keepDays: daily ? keepDays : (given.keepDays ?? Number.POSITIVE_INFINITY),
    gzip,
  };
}

function isCount(value: number): boolean {
  return value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && value >= 0);
}

function check(isRight: boolean, option: string, value: unknown, whatToGive: string): void {
  if (!isRight) throw new Error(`[logger] rotate.${option} is ${String(value)}. Give ${whatToGive}.`);
}
