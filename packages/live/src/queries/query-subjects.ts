import type { Broadcaster } from '../model/broadcaster.js';
import type { LiveHost } from '../model/host.js';
import type { LiveStore } from '../store/live-store.js';

/** What questions are about. */
export interface QuerySubjects {
  readonly store: LiveStore;
  readonly broadcaster: Broadcaster;
  readonly host: LiveHost;
}
