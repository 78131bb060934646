import type { ServiceRow } from '../../model/answers.js';

/** What is known of a service, all of its instances together. */
export class KeptService {
  readonly name: string;
  version: string | null = null;
  language: string | null = null;
  readonly firstMs: number;
  lastMs: number;
  spans = 0;
  logLines = 0;
  messages = 0;
  sampledOut = 0;
  /** When each instance was last heard of. */
  readonly #instances = new Map<string, number>();
  #forgottenInstances = 0;
  /** Restarts that kept their instance id. */
  #restartsInPlace = 0;
  #restartedMs = Number.NEGATIVE_INFINITY;
  readonly #renewedMetrics = new Set<string>();
  #renewedMs = Number.NEGATIVE_INFINITY;
  /** By how much spans began before their parents in other services, and the other way round, lately. */
  #behindMs = 0;
  #aheadMs = 0;
  /** By how much its newest records were later than their arrival. */
  #aheadOfHereMs = 0;

  constructor(name: string, nowMs: number) {
    this.name = name;
    this.firstMs = nowMs;
    this.lastMs = nowMs;
  }

  heard(instance: string | undefined, nowMs: number): void {
    this.lastMs = nowMs;
    if (instance === undefined) return;
    if (!this.#instances.has(instance) && this.#instances.size >= MAX_INSTANCES) {
      const [oldest] = this.#instances.keys();
      if (oldest !== undefined) this.#instances.delete(oldest);
      this.#forgottenInstances++;
    }
    this.#instances.delete(instance); // so that the map is in order of the last time
    this.#instances.set(instance, nowMs);
  }

  /**
   * A metric of an instance began anew. A single series may, because it was removed; several metrics together mean a new process.
   * @param metrics how many the instance has
   */
  beganAnew(metric: string, startMs: number, metrics: number): void {
    if (startMs <= this.#restartedMs + SAME_START_MS) return;
    if (Math.abs(startMs - this.#renewedMs) > SAME_START_MS) this.#renewedMetrics.clear();
    this.#renewedMs = startMs;
    this.#renewedMetrics.add(metric);
    if (this.#renewedMetrics.size < Math.min(3, metrics)) return;
    this.#renewedMetrics.clear();
    this.#restartedMs = startMs;
    this.#restartsInPlace++;
  }

  /** A span of this service began before its parent in another service, by so much, or the other way round. */
  wasBehind(ms: number): void {
    this.#behindMs = Math.max(ms, this.#behindMs * FORGETTING);
  }

  /** A span of this service has a child in another service that began before it, by so much. */
  wasAhead(ms: number): void {
    this.#aheadMs = Math.max(ms, this.#aheadMs * FORGETTING);
  }

  /** A record of this service arrived that is of a time to come, by so much, or of the past. */
  arrived(aheadMs: number): void {
    if (aheadMs > CERTAIN_MS) this.#aheadOfHereMs = Math.max(aheadMs, this.#aheadOfHereMs * FORGETTING);
    else if (this.#aheadOfHereMs > 0) this.#aheadOfHereMs *= FORGETTING;
  }

  row(metrics: number): ServiceRow {
    const { name, version, language, firstMs, lastMs, spans, logLines, messages } = this;
    const seen = this.#instances.size + this.#forgottenInstances;
    return {
      name,
      version,
      language,
      instances: Math.max(1, seen),
      restarts: this.#restartsInPlace + Math.max(0, seen - this.#runningInstances()),
      firstMs,
      lastMs,
      clockAheadMs: this.#clockAheadMs(),
      spans,
      logLines,
      metrics,
      messages,
    };
  }

  /** Instances that are heard of as lately as the service is; all others have ended, and were restarted as others. */
  #runningInstances(): number {
    let running = 0;
    for (const ms of this.#instances.values()) if (ms > this.lastMs - SILENT_MS) running++;
    return running;
  }

  #clockAheadMs(): number | null {
    if (this.#aheadOfHereMs > CERTAIN_MS) return this.#aheadOfHereMs;
    const difference = this.#aheadMs - this.#behindMs;
    // Less is the resolution of clocks.
    return Math.abs(difference) < NOTICEABLE_MS ? null : difference;
  }
}

const MAX_INSTANCES = 1000;
const SAME_START_MS = 5000;
const SILENT_MS = 120_000;
const NOTICEABLE_MS = 2;
/** Between clocks that are set by the network. */
const CERTAIN_MS = 1000;
/** Per span that shows a difference: a clock that was set right is known to be right after some hundred. */
const FORGETTING = 0.99;
