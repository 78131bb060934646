import type { Clock } from '@sightline/base';
import type { MetricsBackend } from '@sightline/core';
import {
  type BackendContext,
  type DeadlineOptions,
  deltas,
  type FamilySnapshot,
  type PushLoop,
  pushLoop,
} from '@sightline/core/backend';
import { AnnouncedCounters } from './announced-counters.js';
import { BatchSender } from './batch-sender.js';
import { containerId } from './container-id.js';
import { type Destination, destinationOf } from './destination.js';
import type { Dialect } from './dialect.js';
import { dogstatsdDialect } from './dogstatsd-dialect.js';
import { graphiteDialect } from './graphite-dialect.js';
import { HostAddresses } from './host-addresses.js';
import type { Packing } from './payload.js';
import { plainDialect } from './plain-dialect.js';
import { statsdSelfMetrics } from './self-metrics.js';
import { type CheckedOptions, type StatsdOptions, statsdSettings } from './settings.js';
import { StreamTransport } from './stream-transport.js';
import type { Transport, TransportEvents } from './transport.js';
import { UdpTransport } from './udp-transport.js';

/**
 * Sends the differences of each interval to a StatsD server, packed into few datagrams or writes. If the server goes down, only what
 * was handed over before the first refusal is lost.
 *
 * Throws an `Error` for wrong options.
 */
export function statsdBackend(options: StatsdOptions = {}): MetricsBackend {
  const settings = statsdSettings.resolve(options);
  const destination = destinationOf(settings);
  let running: Running | undefined;
  return {
    name: 'statsd',
    histogramNeed: 'quantiles',
    start(context) {
      running = new Running(settings, destination, context);
    },
    async flush(deadline) {
      await running?.flush(deadline);
    },
    async shutdown(deadline) {
      await running?.shutdown(deadline);
    },
  };
}

class Running {
  readonly #loop: PushLoop;
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #shutdownReader: () => void;
  #isShutDown = false;

  constructor(settings: CheckedOptions, destination: Destination, { source, selfMetrics, clock, log }: BackendContext) {
    const counted = statsdSelfMetrics(selfMetrics);
    let sockets = 0;
    const events = {
      connected: () => {
        if (sockets++ > 0) counted.reconnects.inc();
      },
      refused: () => counted.refused.inc(),
    };
    const transport = transportTo(destination, settings, clock, events);
    const reader = deltas(source, { includeUnchanged: true, clock });
    const sender = new BatchSender({
      packing: packingOf(settings, destination),
      announced: new AnnouncedCounters(),
      lines: {
        histogramType: settings.histogramType ?? (settings.dialect === 'dogstatsd' ? 'd' : 'ms'),
        histogramValues: settings.histogramValues,
        sampleRates: settings.sampleRates,
      },
      pause: () => transport.pause(),
      dropped: (reason, count) => counted.dropped.inc({ reason }, count),
    });
    const dialectOf = dialectFor(settings, destination);
    const send = async (payload: Buffer): Promise<void> => {
      await transport.send(payload);
      counted.payloads.inc();
      counted.bytes.inc(payload.length);
    };

    const push = async ({ timeoutMs }: DeadlineOptions): Promise<void> => {
      try {
        await transport.open(timeoutMs); // before reading: without a connection no collection runs
        const batch = await reader.collect();
        if (this.#isShutDown) return; // a collection may outlast the deadline of shutdown
        await sender.send(batch, dialectOf(batch.families), send);
        await transport.flush();
      } catch (error) {
        counted.failures.inc();
        throw error;
      }
    };
    const losses = new Losses(() => counted.refused.value() ?? 0);
    this.#transport = transport;
    this.#clock = clock;
    this.#shutdownReader = () => reader.shutdown();
    this.#loop = pushLoop({
      name: 'statsd',
      intervalMs: settings.intervalMs,
      push,
      lossDuringOutage: () => losses.sentence(),
      clock,
      log,
    });
    this.#loop.start();
  }

  async flush(deadline: DeadlineOptions): Promise<void> {
    this.#transport.skipBackoff();
    await this.#loop.flush(deadline);
  }

  async shutdown({ timeoutMs }: DeadlineOptions): Promise<void> {
    const untilMs = this.#clock.monotonicMs() + timeoutMs;
    this.#transport.skipBackoff();
    await this.#loop.shutdown({ timeoutMs });
    this.#isShutDown = true;
    await this.#transport.shutdown(Math.max(0, untilMs - this.#clock.monotonicMs()));
    this.#shutdownReader();
  }
}

/** Counts what was lost since the last report. */
class Losses {
  readonly #refused: () => number;
  #reported = 0;

  constructor(refused: () => number) {
    this.#refused = refused;
  }

  sentence(): string {
    const lost = this.#refused() - this.#reported;
    this.#reported += lost;
    if (lost === 0) return 'What was recorded during the outage is sent now.';
    return `${lost} ${lost === 1 ? 'datagram was' : 'datagrams were'} lost. What was recorded since is sent now.`;
  }
}

function transportTo(
  destination: Destination,
  { lookup }: CheckedOptions,
  clock: Clock,
  events: TransportEvents,
): Transport {
  if (destination.protocol === 'unix') return new StreamTransport(destination, clock, events);
  const addresses = new HostAddresses(destination.host, clock, lookup);
  return destination.protocol === 'udp'
    ? new UdpTransport(destination, addresses, events)
    : new StreamTransport({ ...destination, protocol: 'tcp', addresses }, clock, events);
}

function packingOf({ maxPayloadBytes, framing, dialect }: CheckedOptions, { protocol }: Destination): Packing {
  if (protocol === 'udp') return { maxBytes: maxPayloadBytes ?? 1432, form: 'bare' };
  const isFramed = (framing ?? (protocol === 'unix' && dialect === 'dogstatsd' ? 'length' : 'newline')) === 'length';
  return { maxBytes: maxPayloadBytes ?? 8192, form: isFramed ? 'frames' : 'lines' };
}

function dialectFor(
  settings: CheckedOptions,
  { isAgent }: Destination,
): (families: readonly FamilySnapshot[]) => Dialect {
  const { dialect, prefix, tags, packValues } = settings;
  switch (dialect) {
    case 'statsd':
      return (families) => plainDialect({ prefix }, families);
    case 'graphite': {
      const graphite = graphiteDialect({ prefix, tags: new Map(Object.entries(tags)) });
      return () => graphite;
    }
    case 'dogstatsd': {
      const container = (settings.originDetection ?? isAgent) ? containerId() : undefined;
      const dogstatsd = dogstatsdDialect({
        prefix,
        tags: new Map([...Object.entries(unifiedTags(settings)), ...Object.entries(tags)]),
        origin: originFields(container, settings.externalData),
        packsValues: packValues,
      });
      return () => dogstatsd;
    }
  }
}

/** Datadog's "unified service tagging", and the tag that identifies a pod for its agent. */
function unifiedTags({ env, service, version, entityId }: CheckedOptions): Record<string, string> {
  const tags = { env, service, version, 'dd.internal.entity_id': entityId };
  return Object.fromEntries(Object.entries(tags).filter((tag): tag is [string, string] => Boolean(tag[1])));
}

function originFields(container: string | undefined, externalData: string | undefined): string {
  const external = externalData?.replaceAll(/[|\p{Cc}]/gu, '').trim() ?? '';
  return (container === undefined ? '' : `|c:${container}`) + (external === '' ? '' : `|e:${external}`);
}
