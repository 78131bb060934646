import type { OptionsOf, ResolvedOf } from '@sightline/settings/fields';

export const rotateFields = {
  /** Before a line that would make it larger; `false` for never. Default: 100 000 000. */
  maxBytes: { type: 'count', or: [false], default: 100_000_000 },
  /** Full files to keep; `Infinity` for all. Default: 10. */
  keepFiles: { type: 'count', min: 0, or: [Number.POSITIVE_INFINITY as number], default: 10 },
  /** With the first line of a new day, UTC. Default: true. */
  daily: { type: 'boolean', default: true },
  /** Days to keep; `Infinity` for all. Default: 30, or all without daily files, of which only the number is limited. */
  keepDays: { type: 'count', min: 0, or: [Number.POSITIVE_INFINITY as number] },
  /** Compress what was rolled away. Default: false. */
  gzip: { type: 'boolean', default: false },
} as const;

/** When a file is rolled away, and what is kept of it. */
export interface RotateOptions extends OptionsOf<typeof rotateFields> {}

export interface ResolvedRotation {
  readonly maxBytes: number;
  readonly keepFiles: number;
  readonly isDaily: boolean;
  readonly keepDays: number;
  readonly gzip: boolean;
}

/** With the defaults that depend on other options. */
export function resolveRotation({
  maxBytes,
  daily,
  keepDays,
  ...others
}: ResolvedOf<typeof rotateFields>): ResolvedRotation {
  return {
    ...others,
    maxBytes: maxBytes === false ? Number.POSITIVE_INFINITY : maxBytes,
    isDaily: daily,
    keepDays: keepDays ?? (daily ? 30 : Number.POSITIVE_INFINITY),
  };
}
