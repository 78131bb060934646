import { type FakeClock, fakeClock } from '@sightline/base/fake-clock';
import type { Metrics, MetricsBackend, MetricsOptions } from '@sightline/core';
import { createMetrics } from '@sightline/core';
import type { FamilySnapshot } from '@sightline/core/backend';
import { labelsOf } from '@sightline/core/backend';
import { ConformanceFailure, reasonOf } from '../conformance-failure.js';
import type { BackendProfile, BackendUnderTest, CreatedBackend, DeclaredFamily } from './backend-profile.js';
import { ReceivedNumbers } from './received-numbers.js';

/** A collector with the backend under test and its peer, for one case. */
export interface Rig {
  readonly profile: BackendProfile;
  /** How many random programs a case runs. */
  readonly randomPrograms: number;
  readonly metrics: Metrics;
  /** The backend itself, because core hides from `metrics` that the backend missed a deadline or rejected. */
  readonly backend: MetricsBackend;
  readonly clock: FakeClock;
  /** Lines that core and the backend logged. */
  readonly logged: readonly LoggedLine[];
  /** Flushes, then reads what the peer knows. */
  read(): Promise<ReceivedNumbers>;
  /** What the peer knows, without a flush. */
  received(): Promise<ReceivedNumbers>;
  flush(): Promise<void>;
  shutdown(): Promise<void>;
  /** Advances time: timers run, and what they send arrives before the next one. */
  pass(ms: number): Promise<void>;
  /** Waits for a call that may need its deadline on the clock to settle; fails if it does not within `ms`. */
  withDeadline<T>(what: string, ms: number, call: Promise<T>): Promise<T>;
  /** Exports families that are not the collector's own. */
  include(name: string, collect: () => readonly FamilySnapshot[]): void;
  /** Makes the peer accept connections without answering. Fails if the set-up cannot. */
  hold(): () => void;
  /** Makes the peer unreachable. Fails if the set-up cannot. */
  cut(): Promise<() => Promise<void>>;
  /** A second collector with a backend and a peer of its own. */
  another(options?: RigOptions): Promise<Rig>;
  /** A collector whose backend cannot start. Fails if the set-up has none. */
  unstartable(): Promise<Rig>;
  close(): Promise<void>;
}

export type RigOptions = Pick<MetricsOptions, 'defaultLabels' | 'maxSeries' | 'filters'>;

export interface LoggedLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: object;
  readonly message: string;
}

/** Real milliseconds that a call may take while the clock stands still. Longer means that it hangs. */
const PATIENCE_MS = 10_000;
/** Real milliseconds beyond a deadline, for code that uses its own clock. */
const GRACE_MS = 1500;
const RANDOM_PROGRAMS = 1000;

export async function openRig<C extends CreatedBackend>(
  backend: BackendUnderTest<C>,
  options: RigOptions = {},
  create: BackendUnderTest['create'] = (context) => backend.create(context),
): Promise<Rig> {
  const clock = fakeClock();
  const logged: LoggedLine[] = [];
  const log = {
    info: (fields: object, message: string): void => void logged.push({ level: 'info', fields, message }),
    warn: (fields: object, message: string): void => void logged.push({ level: 'warn', fields, message }),
    error: (fields: object, message: string): void => void logged.push({ level: 'error', fields, message }),
  };
  const created = await create({ clock, log });
  const metrics = createMetrics({ ...options, clock, log, backends: [created.backend] });
  const declared = declaredBy(metrics);
  const others = new Set<Rig>();
  const undo: Array<() => unknown> = [];

  const opened = async (opening: Promise<Rig>): Promise<Rig> => {
    const other = await opening;
    others.add(other);
    return { ...other, close: () => other.close().finally(() => others.delete(other)) };
  };
  const received = async (): Promise<ReceivedNumbers> => {
    const families = declared.families();
    const windows = await backend.received(created as C, { families });
    return new ReceivedNumbers(backend, families, windows);
  };
  const flush = (): Promise<void> => settled('flush()', metrics.flush());

  const end = async (): Promise<void> => {
    for (const release of undo) await release();
    await withinPatience('shutdown()', metrics.shutdown({ timeoutMs: 1000 })).finally(() => created.shutdown?.());
    for (const other of others) await other.close();
  };
  let closing: Promise<void> | undefined;

  const rig: Rig = {
    profile: backend,
    randomPrograms: backend.randomPrograms ?? RANDOM_PROGRAMS,
    metrics,
    backend: created.backend,
    clock,
    logged,
    flush,
    received,
    async read() {
      await flush();
      return received();
    },
    shutdown: () => settled('shutdown()', metrics.shutdown()),
    async pass(ms) {
      await flush();
      for (let left = ms; left > 0; ) {
        const step = Math.min(left, Math.max(1, clock.timers[0]?.dueInMs ?? left));
        clock.advance(step);
        left -= step;
        await flush(); // otherwise a request would time out, because the clock runs ahead of the network
      }
    },
    async withDeadline(what, ms, call) {
      let isSettled = false;
      const settling = call.finally(() => {
        isSettled = true;
      });
      settling.catch(() => {}); // awaited below
      const stepMs = ms / 50;
      for (let elapsedMs = 0; elapsedMs < ms && !isSettled; elapsedMs += stepMs) {
        await realDelay(1);
        if (!isSettled) await clock.advanceAsync(stepMs);
      }
      return withinPatience(what, settling, ms + GRACE_MS);
    },
    include(name, collect) {
      declared.include(collect);
      metrics.include({ name, collect });
    },
    hold() {
      const release = lever(created, 'hold').call(created);
      undo.push(release);
      return release;
    },
    async cut() {
      const restore = await lever(created, 'cut').call(created);
      undo.push(restore);
      return async () => {
        await restore();
      };
    },
    another: (otherOptions = {}) => opened(openRig(backend, otherOptions, create)),
    unstartable() {
      const { createUnstartable } = backend;
      if (createUnstartable === undefined) {
        throw new ConformanceFailure('There is no createUnstartable(): pass one, or list this case as a deviation.');
      }
      return opened(openRig(backend, options, (context) => createUnstartable.call(backend, context)));
    },
    close() {
      closing ??= end();
      return closing;
    },
  };
  metrics.ready.catch(() => {}); // the case about it awaits `ready`
  return rig;
}

function lever<K extends 'hold' | 'cut'>(created: CreatedBackend, name: K): NonNullable<CreatedBackend[K]> {
  const found = created[name];
  if (found !== undefined) return found as NonNullable<CreatedBackend[K]>;
  throw new ConformanceFailure(`create() returned no ${name}(): add it, or list this case as a deviation.`);
}

/** Turns a rejection of a backend's method into a failure of the backend. */
async function settled(what: string, call: Promise<void>): Promise<void> {
  try {
    await withinPatience(what, call);
  } catch (error) {
    if (error instanceof ConformanceFailure) throw error;
    throw new ConformanceFailure(`${what} rejected: ${reasonOf(error)}`, { cause: error });
  }
}

async function withinPatience<T>(what: string, call: Promise<T>, patienceMs: number = PATIENCE_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new ConformanceFailure(`${what} has not settled after ${patienceMs} ms.`)),
      patienceMs,
    );
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}

function realDelay(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

/** Keeps track of every family and series, ended ones included. */
function declaredBy(metrics: Metrics): {
  families(): readonly DeclaredFamily[];
  include(collect: () => readonly FamilySnapshot[]): void;
} {
  const ended: FamilySnapshot[] = [];
  const external: Array<() => readonly FamilySnapshot[]> = [];
  metrics.onSeriesEnded((family) => void ended.push(family));
  return {
    include: (collect) => void external.push(collect),
    families: () =>
      [...metrics.snapshot().families, ...external.flatMap((collect) => collect())].map((family) => {
        const { name, kind, unit, origin, labelNames, optionalLabels, constantLabels } = family;
        const gone = ended.filter((other) => other.name === name);
        const series = [family, ...gone].flatMap((each) =>
          Array.from({ length: each.size }, (_, i) => labelsOf(each, i)),
        );
        const bounds = family.kind === 'histogram' ? family.bounds : [];
        return { name, kind, unit, origin, labelNames, optionalLabels, constantLabels, bounds, series };
      }),
  };
}
