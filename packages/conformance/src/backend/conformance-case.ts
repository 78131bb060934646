import type { BackendProfile } from './backend-profile.js';
import type { Rig, RigOptions } from './rig.js';

/** One behaviour that every backend must have. */
export interface ConformanceCase {
  /** A sentence about a backend: `counts each series by itself`. Deviations name it. */
  readonly name: string;
  /** Why users rely on it. */
  readonly why: string;
  /** The backends that it applies to. Default: all. */
  readonly only?:
    | BackendProfile['delivery']
    | BackendProfile['temporality']
    | BackendProfile['histogramNeed']
    | undefined;
  /** Options of the collector. */
  readonly options?: RigOptions | undefined;
  /** Maximum time of the case, in milliseconds. Default: 30 000. */
  readonly timeoutMs?: number | undefined;
  /** Throws a `ConformanceFailure` if the backend does something else. */
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
