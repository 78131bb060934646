import type { IncomingMessage } from 'node:http';
import type { Clock } from '@sightline/base';
import type { FaultLog } from '../http/fault-log.js';
import type { ViewerPlaces } from '../http/viewers.js';
import type { ServiceRow } from '../model/answers.js';
import type { Broadcaster } from '../model/broadcaster.js';

export interface GraphqlOptions {
  readonly broadcaster: Broadcaster;
  readonly services: () => readonly ServiceRow[] | Promise<readonly ServiceRow[]>;
  readonly places: ViewerPlaces;
  readonly clock: Clock;
  readonly faults: FaultLog;
  /** Whether a client may ask for the schema. */
  readonly mayIntrospect: (request: IncomingMessage) => boolean;
}
