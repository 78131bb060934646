import { consoleLog, type Log, messageOf, safeLog } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import { type OptionsOf, resolveFields } from '@sightline/settings/fields';
import { conventionalMetrics } from './conventional-metrics.js';
import { documentMetrics } from './document-metrics.js';
import type { GroupSetting, HostGroups } from './host-groups.js';
import type { HostSource } from './host-source.js';
import { procSource } from './proc-source.js';
import { systeminformationSource } from './systeminformation-source.js';

const groupField = {
  type: 'options',
  or: [true, false],
  fields: { intervalMs: { type: 'milliseconds', required: true } },
  default: true,
} as const;

const hostFields = {
  /**
   * The names of metrics, labels and label values. `documents`: `system_memory_usage_bytes{type}`, `core="cpu0"`,
   * `direction="received"`. `semconv`: OpenTelemetry's semantic conventions. `hostmetrics`: the Collector's receiver, as in public
   * dashboards. With the latter two the series of a metric add up. Default: `documents`.
   */
  systemNames: { type: 'choice', choices: ['documents', 'semconv', 'hostmetrics'], default: 'documents' },
  /** Minimum time between two readings of the host, in milliseconds. Default: 60 000. */
  intervalMs: { type: 'milliseconds', default: 60_000 },
  /** `false` leaves a group out. An object sets its interval. */
  cpu: groupField as typeof groupField,
  memory: groupField as typeof groupField,
  disk: groupField as typeof groupField,
  diskIo: groupField as typeof groupField,
  network: groupField as typeof groupField,
  /** Selects mounts by path. Default: file systems on devices, and the root of a container. */
  isDiskMeasured: { type: 'function', as: {} as (path: string) => boolean },
  /** Selects interfaces by name. Default: all but `lo`, bridges, and those of containers (`veth…`, `cali…`, `lxc…`, `br-…`). */
  isInterfaceMeasured: { type: 'function', as: {} as (name: string) => boolean },
  /**
   * When counters of bytes and errors begin: at the machine's boot, as the kernel counts and Prometheus expects, or at the start of this
   * process, for backends that send differences (the first difference would hold everything since the boot). Default: `boot`.
   */
  countFrom: { type: 'choice', choices: ['boot', 'start'], default: 'boot' },
  /** The source of the numbers. Default: `/proc` on Linux, `systeminformation` elsewhere. */
  source: { type: 'instance', as: {} as HostSource },
  /** Reports a group that cannot be read, once. Default: `console`. */
  log: { type: 'instance', as: {} as Log, methods: ['info', 'warn', 'error'] },
} as const;

export interface HostMetricsOptions extends OptionsOf<typeof hostFields> {}

export type GroupOption = boolean | { readonly intervalMs: number };

export interface HostMetrics {
  /** Stops collecting. The metrics keep their last values. */
  shutdown(): void;
}

/**
 * Exports CPU, memory, disks and network of the machine, or of the container if it has limits. Reads them at collections, at most once
 * per interval. A group that cannot be read is reported once and counted in `sightline_collect_failures_total`; the others go on.
 */
export function collectHostMetrics(metrics: MetricsCollector, options: HostMetricsOptions = {}): HostMetrics {
  const resolved = resolveFields('system-metrics', hostFields, options, 'collectHostMetrics');
  const { intervalMs, countFrom, systemNames, source = defaultSource() } = resolved;
  const log = safeLog(resolved.log ?? consoleLog);
  const { isDiskMeasured = () => true, isInterfaceMeasured = (name) => !notOfMachine.test(name) } = resolved;
  const groups: HostGroups = systemNames === 'documents' ? documentMetrics : conventionalMetrics(systemNames);
  const setting: GroupSetting = { source, countFrom, isDiskMeasured, isInterfaceMeasured };
  const stops: Array<() => void> = [];

  for (const name of Object.keys(groups) as Array<keyof HostGroups>) {
    const option = resolved[name];
    if (option === false) continue;
    const collect = groups[name](metrics, setting);
    let isReported = false;
    const callback = async (): Promise<void> => {
      try {
        await collect();
        isReported = false;
      } catch (error) {
        if (!isReported) report(log, name, error);
        isReported = true;
        throw error; // counted by the collector
      }
    };
    const interval = typeof option === 'object' ? option.intervalMs : intervalMs;
    stops.push(metrics.onCollect(callback, { name: `host ${name}`, intervalMs: interval }));
  }
  return {
    shutdown() {
      for (const stop of stops.splice(0)) stop();
    },
  };
}

// Loopback, bridges and virtual interfaces of containers: the machine's own interfaces count their traffic as well.
const notOfMachine =
  /^(lo\d*|(veth|cali|lxc|br-|docker\d|virbr|cni\d|cilium_|flannel|kube-ipvs|nodelocaldns|vnet\d|tap\d).*)$/;

function defaultSource(): HostSource {
  return process.platform === 'linux' ? procSource() : systeminformationSource();
}

function report(log: Log, name: string, error: unknown): void {
  const message = messageOf(error);
  log.warn(
    { err: error },
    `[system-metrics] The host's ${name} cannot be read: ${message}. Turn it off with { ${name}: false }.`,
  );
}
