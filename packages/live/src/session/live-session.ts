import type { Clock } from '@sightline/base';
import type { FileAnswer } from '../model/api.js';
import type { Broadcaster } from '../model/broadcaster.js';
import type { LiveStore } from '../store/live-store.js';
import { exportSession } from './export-session.js';
import { type ImportedSession, importSession } from './import-session.js';

/** `GET session` and `POST session` of the viewer. */
export function createLiveSession(
  store: LiveStore,
  broadcaster: Broadcaster,
  clock: Pick<Clock, 'now'>,
): { export(): FileAnswer; import(body: AsyncIterable<Uint8Array>): Promise<ImportedSession> } {
  return {
    export() {
      const nowMs = clock.now();
      const time = new Date(nowMs).toISOString().slice(0, 19).replaceAll(':', '-');
      const chunks = exportSession(store, broadcaster, nowMs);
      return { file: { name: `sightline-session-${time}.jsonl.gz`, contentType: 'application/gzip', chunks } };
    },
    import: (body) => importSession(body, store, broadcaster),
  };
}
