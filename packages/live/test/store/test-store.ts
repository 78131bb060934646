import { type FakeClock, fakeClock } from '@sightline/base/fake-clock';
import type { LogRecordFields, SpanRecord } from '@sightline/otlp/encode';
import type { LiveApi } from '../../src/model/api.js';
import type { LiveHost } from '../../src/model/host.js';
import type { LiveSource } from '../../src/model/intake.js';
import { createLiveApi } from '../../src/queries/index.js';
import { createLiveStore, type LiveLimits, type LiveStore, viewerLimits } from '../../src/store/index.js';
import { fakeBroadcaster } from './fake-broadcaster.js';

export const START_MS: number = Date.UTC(2025, 0, 1);

export interface TestStore {
  readonly store: LiveStore;
  readonly clock: FakeClock;
  readonly broadcaster: ReturnType<typeof fakeBroadcaster>;
  readonly api: LiveApi;
  /** An instance `<name>-1` of a service, or the given one. */
  source(service: string, instance?: string): LiveSource;
  /** Adds a span of a service; times are milliseconds after the start. */
  span(given: Partial<GivenSpan>): void;
  log(
    given: Partial<LogRecordFields> & { readonly service?: string; readonly logger?: string; readonly atMs?: number },
  ): void;
  /** `get('traces?service=a')` */
  get<T>(question: string): T;
}

export interface GivenSpan {
  readonly service: string;
  readonly instance: string;
  /** Any number. */
  readonly trace: number;
  readonly id: number;
  readonly parent: number | undefined;
  readonly name: string;
  readonly kind: keyof typeof kinds;
  readonly atMs: number;
  readonly durationMs: number;
  readonly isError: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly record: Partial<SpanRecord>;
}

const kinds = { internal: 0, server: 1, client: 2, producer: 3, consumer: 4 } as const;

export function testStore(limits: Partial<LiveLimits> = {}, host: Partial<LiveHost> = {}): TestStore {
  const clock = fakeClock({ nowMs: START_MS });
  const broadcaster = fakeBroadcaster();
  const store = createLiveStore({ limits: { ...viewerLimits, ...limits }, broadcaster, clock });
  const api = createLiveApi({ store, broadcaster, host: { ...emptyHost, ...host }, clock });
  let ids = 0;
  const source = (service: string, instance = `${service}-1`): LiveSource =>
    store.intake.source(['service.name', service, 'service.instance.id', instance]);
  return {
    store,
    clock,
    broadcaster,
    api,
    source,
    span(given) {
      const { service = 'shop', instance, scope = 'test' } = { scope: 'test', ...given };
      store.intake.span(spanRecord({ id: ++ids, ...given }), { name: scope }, source(service, instance));
    },
    log({ service = 'shop', logger = 'app', atMs = 0, ...fields }) {
      const { seconds, nanos } = splitMs(START_MS + atMs);
      const record: LogRecordFields = {
        timeSeconds: seconds,
        timeNanos: nanos,
        observedSeconds: 0,
        observedNanos: 0,
        severityNumber: 9,
        body: 'A line.',
        attributes: [],
        droppedAttributesCount: 0,
        flags: 0,
        ...fields,
      };
      store.intake.logRecord(record, { name: logger }, source(service));
    },
    get<T>(question: string): T {
      const [path = '', query = ''] = question.split('?');
      return api.get(path, new URLSearchParams(query)) as T;
    },
  };
}

export function spanRecord(given: Partial<GivenSpan>): SpanRecord {
  const { trace = 1, id = 1, parent, name = 'work', kind = 'internal', atMs = 0, durationMs = 10 } = given;
  const start = splitMs(START_MS + atMs);
  const end = splitMs(START_MS + atMs + durationMs);
  return {
    traceId: traceId(trace),
    spanId: spanId(id),
    parentSpanId: parent === undefined ? undefined : spanId(parent),
    traceState: undefined,
    flags: 0x101,
    name,
    kind: kinds[kind],
    startSeconds: start.seconds,
    startNanos: start.nanos,
    endSeconds: end.seconds,
    endNanos: end.nanos,
    attributes: Object.entries(given.attributes ?? {}).flat(),
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    statusCode: given.isError === true ? 2 : 0,
    statusMessage: undefined,
    ...given.record,
  };
}

export function traceId(number: number): string {
  return number.toString(16).padStart(32, '0');
}

export function spanId(number: number): string {
  return number.toString(16).padStart(16, '0');
}

export function splitMs(ms: number): { readonly seconds: number; readonly nanos: number } {
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: Math.round((ms - seconds * 1000) * 1e6) };
}

const emptyHost: LiveHost = {
  about: () => ({
    kind: 'viewer',
    version: '0.0.0',
    bootId: 'boot',
    startedMs: START_MS,
    nowMs: START_MS,
    service: null,
    process: { pid: 1, node: 'v20', host: 'here' },
    receives: null,
    canProfile: false,
    hasSessions: false,
    pages: [{ id: 'queues', title: 'Queues' }],
  }),
  health: () => ({ status: 'unknown', checks: [] }),
  losses: () => [],
  settings: () => ({ sections: [] }),
  runtime: () => undefined,
  page: () => undefined,
  profiles: () => ({ running: null, profiles: [] }),
  startProfile: async () => ({ running: null, profiles: [] }),
  profileFile: () => undefined,
};
