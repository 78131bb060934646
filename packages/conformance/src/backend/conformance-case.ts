import type { BackendProfile } from './backend-profile.js';
import type { Rig, RigOptions } from './rig.js';

/** One behaviour that every backend must have. */
export interface ConformanceCase {
  /** A sentence about a backend: `counts each series by itself`. Deviations name it. */
  readonly name: string;
  /** Why users rely on it. */
  readonly why: string;
  /** The backends it is about; all when left out. */
  readonly only?:
    | BackendProfile['delivery']
    | BackendProfile['temporality']
    | BackendProfile['histogramNeed']
    | undefined;
  /** How the collector is set up. */
  readonly options?: RigOptions | undefined;
  /** Longest time the case may take, in milliseconds. Default 30 000. */
  readonly timeoutMs?: number | undefined;
  /** Throws a `ConformanceFailure` where the backend does something else. */
  run(rig: Rig): Promise<void>;
}

export interface CaseGroup {
  readonly title: string;
  readonly cases: readonly ConformanceCase[];
}

export function appliesTo({ only }: ConformanceCase, profile: BackendProfile): boolean {
  return (
    only === undefined || [profile.delivery, profile.temporality, profile.histogramNeed].some((trait) => trait === only)
  );
}
