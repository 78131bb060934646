import type { Session } from 'node:inspector/promises';
import type { Clock } from '@sightline/base';
import type { ProfileRow } from '../../model/answers.js';
import { topFunctions, type V8Profile } from './top-functions.js';

/** A CPU profile that is kept, with its file. */
export interface KeptProfile extends ProfileRow {
  /** As JSON: what Chrome's developer tools open. */
  readonly file: string;
}

export const PROFILE_MS = 10_000;

/**
 * Records what this thread does for `durationMs`, by V8's sampling profiler: a sample each millisecond, which slows the service down by some
 * percent meanwhile. Rejects if the process may not be inspected.
 */
export async function recordProfile(clock: Clock, id: string, durationMs: number = PROFILE_MS): Promise<KeptProfile> {
  // Builds leave the prefix away in an import, and bundlers know this module by its whole name only.
  const { Session: InspectorSession } = process.getBuiltinModule('node:inspector/promises');
  const session: Session = new InspectorSession();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 1000 });
    const startedMs = clock.now();
    await session.post('Profiler.start');
    await new Promise<void>((resolve) => clock.setTimer(resolve, durationMs).unref());
    const { profile } = (await session.post('Profiler.stop')) as { profile: V8Profile };
    const file = JSON.stringify(profile);
    return {
      id,
      startedMs,
      durationMs: (profile.endTime - profile.startTime) / 1000,
      bytes: Buffer.byteLength(file),
      top: topFunctions(profile),
      file,
    };
  } finally {
    session.disconnect();
  }
}
