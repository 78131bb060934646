import type { Clock } from '@sightline/base';
import type { FamilySnapshot } from '@sightline/core/backend';
import type { DecodedMetric } from '@sightline/otlp/decode';
import type { FlatAttributes, LogRecordFields, Scope, SpanRecord } from '@sightline/otlp/encode';
import type { Broadcaster } from '../model/broadcaster.js';
import type { LiveIntake, LiveSource } from '../model/intake.js';
import { checkLimits, type LiveLimits } from './live-limits.js';
import { LogStore } from './logs/log-store.js';
import { messageOf } from './logs/message-records.js';
import { takeFamily } from './metrics/family-points.js';
import { MetricStore } from './metrics/metric-store.js';
import { takeMetric } from './metrics/otlp-points.js';
import { ServiceRegistry } from './services/service-registry.js';
import { clockDifferenceMs } from './spans/clock-difference.js';
import { FlowStatistics } from './spans/flow-statistics.js';
import type { KeptSpan } from './spans/kept-span.js';
import { SpanStatistics } from './spans/span-statistics.js';
import { SpanStore } from './spans/span-store.js';
import { SafeTexts } from './values/safe-texts.js';
import type { SpanFacts } from './values/span-facts.js';

/** What a service records, or what many send: the newest of it, in bounds. */
export interface LiveStore {
  readonly intake: LiveIntake;
  readonly limits: LiveLimits;
  /** Unix time in milliseconds. */
  readonly startedMs: number;
  readonly services: ServiceRegistry;
  readonly spans: SpanStore;
  readonly statistics: SpanStatistics;
  readonly flow: FlowStatistics;
  readonly logs: LogStore;
  readonly metrics: MetricStore;
  readonly texts: SafeTexts;
  /** Records that could not be read: a getter of a value threw. */
  readonly unreadable: number;
  /** An estimate of the memory of all of it, on the safe side, the broadcaster's messages included. */
  readonly bytes: number;
  /** Takes what is left of the latest `families` call. */
  finishFamilies(): void;
}

export interface LiveStoreOptions {
  readonly limits: LiveLimits;
  readonly broadcaster: Broadcaster;
  readonly clock: Clock;
}

/** Throws for limits that are none. */
export function createLiveStore({ limits, broadcaster, clock }: LiveStoreOptions): LiveStore {
  checkLimits(limits);
  return new Store(limits, broadcaster, clock);
}

class Store implements LiveStore, LiveIntake {
  readonly limits: LiveLimits;
  readonly startedMs: number;
  readonly texts = new SafeTexts();
  readonly services: ServiceRegistry;
  readonly spans: SpanStore;
  readonly statistics: SpanStatistics;
  readonly flow: FlowStatistics;
  readonly logs: LogStore;
  readonly metrics: MetricStore;
  unreadable = 0;
  readonly #broadcaster: Broadcaster;
  readonly #clock: Clock;
  /** What is left of the latest families. */
  #pending: PendingFamilies | undefined;

  constructor(limits: LiveLimits, broadcaster: Broadcaster, clock: Clock) {
    this.limits = limits;
    this.#broadcaster = broadcaster;
    this.#clock = clock;
    const now = (): number => clock.now();
    this.startedMs = now();
    const { texts } = this;
    const { maxServices, maxOperations } = limits;
    this.services = new ServiceRegistry({ maxServices, texts, now });
    this.statistics = new SpanStatistics(maxOperations);
    this.flow = new FlowStatistics({ maxEdges: maxOperations, maxServices });
    this.spans = new SpanStore({ maxSpans: limits.maxSpans, texts, now, observer: this });
    this.logs = new LogStore({ maxLogLines: limits.maxLogLines, texts, now });
    this.metrics = new MetricStore({ ...limits, texts, now });
  }

  get intake(): LiveIntake {
    return this;
  }

  get bytes(): number {
    const { spans, logs, metrics, statistics, flow, texts } = this;
    return (
      spans.bytes + logs.bytes + metrics.bytes + statistics.bytes + flow.bytes + texts.bytes + this.#broadcaster.bytes
    );
  }

  source(resource: FlatAttributes): LiveSource {
    return this.services.source(resource);
  }

  span(span: SpanRecord, scope: Pick<Scope, 'name'>, source: LiveSource): void {
    // Not through a function: that takes 0.2 us.
    try {
      const kept = this.services.keptOf(source);
      const added = this.spans.add(span, scope.name, kept);
      if (added !== undefined) {
        kept.owner.spans++;
        kept.owner.arrived(added.startMs + added.durationMs - this.#clock.now());
      }
    } catch {
      this.unreadable++;
    }
    if (this.bytes > this.limits.maxBytes) this.#makeRoom();
  }

  logRecord(record: LogRecordFields, scope: Pick<Scope, 'name'>, source: LiveSource): void {
    this.#take(() => {
      const kept = this.services.keptOf(source);
      const message = messageOf(record, source.service);
      if (message === undefined) {
        const { timeMs } = this.logs.add(record, scope.name, kept);
        kept.owner.logLines++;
        kept.owner.arrived(timeMs - this.#clock.now());
      } else {
        this.#broadcaster.publish(message.topic, message.message);
        kept.owner.messages++;
      }
    });
  }

  metric(metric: DecodedMetric, source: LiveSource): void {
    this.#take(() => takeMetric(this.metrics, metric, this.services.keptOf(source)));
  }

  families(families: readonly FamilySnapshot[], timeMs: number, source: LiveSource): void {
    this.finishFamilies();
    this.#pending = { families, next: 0, timeMs, source };
    this.#takeFamilies(FAMILY_POINTS_PER_TURN);
  }

  sampledOut(count: number, source: LiveSource): void {
    this.services.keptOf(source).owner.sampledOut += count;
  }

  finishFamilies(): void {
    this.#takeFamilies(Number.POSITIVE_INFINITY);
  }

  /** Called by the span store. */
  added(span: KeptSpan, facts: SpanFacts, timeMs: number): void {
    this.statistics.add(span, facts, timeMs);
    this.flow.add(span, facts, timeMs);
  }

  /** Called by the span store. */
  crossed(parent: KeptSpan, child: KeptSpan): void {
    this.flow.crossed(parent, child, this.#clock.now());
    const [caller, called] = [parent.source.owner, child.source.owner];
    const differenceMs = caller === called ? 0 : clockDifferenceMs(parent, child);
    if (differenceMs === 0) return;
    const [behind, ahead] = differenceMs > 0 ? [called, caller] : [caller, called];
    behind.wasBehind(Math.abs(differenceMs));
    ahead.wasAhead(Math.abs(differenceMs));
  }

  #takeFamilies(points: number): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    const { families, timeMs } = pending;
    const source = this.services.keptOf(pending.source);
    for (let left = points; left > 0 && pending.next < families.length; pending.next++) {
      const family = families[pending.next] as FamilySnapshot;
      this.#take(() => takeFamily(this.metrics, family, timeMs, source));
      left -= family.size;
    }
    if (pending.next >= families.length) this.#pending = undefined;
    // The numbers are a copy: reading them in the next turn reads the same.
    else this.#clock.setTimer(() => this.#takeFamilies(points), 0).unref();
  }

  /** Telemetry never takes the service down. */
  #take(take: () => void): void {
    try {
      take();
    } catch {
      this.unreadable++;
    }
    if (this.bytes > this.limits.maxBytes) this.#makeRoom();
  }

  /** The oldest of the largest goes first. */
  #makeRoom(): void {
    const kinds = [this.spans, this.logs, this.metrics, this.statistics, this.flow];
    while (this.bytes > this.limits.maxBytes) {
      const bySize = kinds.sort((a, b) => b.bytes - a.bytes);
      if (!bySize.some((kind) => kind.dropOldest())) return;
    }
  }
}

interface PendingFamilies {
  readonly families: readonly FamilySnapshot[];
  next: number;
  readonly timeMs: number;
  readonly source: LiveSource;
}

/** About a millisecond. */
const FAMILY_POINTS_PER_TURN = 4000;
