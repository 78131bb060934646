import type { Clock, Log } from '@sightline/base';
import { messageOf } from '@sightline/base';
import type { HolderRow, ProfilesAnswer } from '../model/answers.js';
import { ApiError, type FileAnswer } from '../model/api.js';
import { type KeptProfile, PROFILE_MS, recordProfile } from './runtime/cpu-profiler.js';
import { largestHolders } from './runtime/heap-holders.js';

/** The profiles that viewers took: one at a time, the last five kept. */
export class Profiles {
  readonly #isAllowed: boolean;
  readonly #clock: Clock;
  readonly #log: Log;
  #kept: readonly KeptProfile[] = [];
  #running: { readonly startedMs: number; readonly endsMs: number } | undefined;
  #holders: readonly HolderRow[] = [];
  #taken = 0;

  constructor({ isAllowed, clock, log }: { readonly isAllowed: boolean; readonly clock: Clock; readonly log: Log }) {
    this.#isAllowed = isAllowed;
    this.#clock = clock;
    this.#log = log;
  }

  /** The largest holders of heap as of the last look at the heap; empty before. */
  get holders(): readonly HolderRow[] {
    return this.#holders;
  }

  answer(): ProfilesAnswer {
    return {
      running: this.#running ?? null,
      profiles: this.#kept.map(({ file: _file, ...row }) => row),
    };
  }

  /** Returns at once for a CPU profile, and after the look at the heap otherwise. */
  async start(kind: 'cpu' | 'heap'): Promise<ProfilesAnswer> {
    if (!this.#isAllowed) throw new ApiError(404, 'Profiles are switched off: pass live: { allowsProfiles: true }.');
    if (this.#running !== undefined) throw new ApiError(409, 'A profile is being taken. Wait for its end.');
    const startedMs = this.#clock.now();
    this.#running = { startedMs, endsMs: startedMs + (kind === 'cpu' ? PROFILE_MS : 0) };
    if (kind === 'cpu') void this.#recordCpu();
    else await this.#lookAtHeap();
    return this.answer();
  }

  file(id: string): FileAnswer | undefined {
    const found = this.#kept.find((each) => each.id === id);
    if (found === undefined) return undefined;
    return {
      file: { name: `${id}.cpuprofile`, contentType: 'application/json', chunks: [Buffer.from(found.file)] },
    };
  }

  async #recordCpu(): Promise<void> {
    try {
      const profile = await recordProfile(this.#clock, `cpu-${++this.#taken}`);
      this.#kept = [profile, ...this.#kept].slice(0, MAX_KEPT);
    } catch (error) {
      this.#log.warn({ err: error }, `[live] The CPU profile could not be taken: ${messageOf(error)}`);
    } finally {
      this.#running = undefined;
    }
  }

  async #lookAtHeap(): Promise<void> {
    try {
      this.#holders = await largestHolders();
    } finally {
      this.#running = undefined;
    }
  }
}

const MAX_KEPT = 5;
