import { hostname } from 'node:os';
import type { Clock } from '@sightline/base';
import { maskedSetting } from '@sightline/base/secrets';
import type { LossRow } from '../model/answers.js';
import { ApiError } from '../model/api.js';
import type { LiveHost } from '../model/host.js';
import { packageVersion } from '../package-version.js';
import type { ResolvedViewerOptions } from './viewer-options.js';

export interface ViewerHostOptions {
  readonly bootId: string;
  readonly clock: Clock;
  readonly options: ResolvedViewerOptions;
  /** Where OTLP is received. */
  readonly receives: { readonly http: string; readonly grpc: string };
  /** Requests of senders that were refused. */
  losses(): readonly LossRow[];
}

/** What the page shows of the viewer. */
export function viewerHost({ bootId, clock, options, receives, losses }: ViewerHostOptions): LiveHost {
  const startedMs = clock.now();
  return {
    about: () => ({
      kind: 'viewer',
      version: packageVersion,
      bootId,
      startedMs,
      nowMs: clock.now(),
      service: null,
      process: { pid: process.pid, node: process.version, host: hostname() },
      receives,
      canProfile: false,
      hasSessions: true,
      pages: [],
    }),
    health: () => ({ status: 'unknown', checks: [] }),
    losses,
    settings: () => ({
      sections: [
        {
          title: 'Viewer',
          rows: Object.entries(options)
            .filter(([, value]) => value !== undefined && typeof value !== 'function')
            .map(([name, value]) => ({ name, value: maskedSetting(name, value), source: '' })),
        },
      ],
    }),
    runtime: () => undefined,
    page: () => undefined,
    profiles: () => ({ running: null, profiles: [] }),
    startProfile() {
      throw new ApiError(404, 'The viewer takes no profiles. Open the live page of the service: live: true.');
    },
    profileFile: () => undefined,
  };
}
