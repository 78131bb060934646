import type { Facts } from '../model/facts.js';
import { equal, series } from '../promql/selectors.js';
import { counterValues, gaugeValues, type Phase } from '../rule-tests/counter-values.js';
import type { InputSeries } from '../rule-tests/scenario.js';

/** A share of a host, from 0 to 1: its PromQL, and series in which it has a value. */
export interface HostShare {
  readonly expr: string;
  /** Besides `labels`, which the share has. */
  series(value: number, minutes: number): readonly InputSeries[];
  readonly labels: Readonly<Record<string, string>>;
  /** The same shares of what no alert may be about. */
  ignored(value: number, minutes: number): readonly InputSeries[];
  /** A container that uses all of its limit, on an idle machine. */
  limited?(minutes: number): readonly InputSeries[];
}

export interface HostShares {
  readonly diskFree: HostShare;
  readonly memoryUsed: HostShare;
  readonly cpuUsed: HostShare;
}

/** File systems that are always full, or in memory. */
const notDisks = 'tmpfs|ramfs|overlay|squashfs|iso9660|fuse[.].*';

/** Of Prometheus' node exporter. It watches machines, so all its instances count, whatever their job is called. */
export function nodeExporterShares(): HostShares {
  const labels = { job: 'node', instance: 'host:9100' };
  const disk = { device: '/dev/sda1', fstype: 'ext4', mountpoint: '/' };
  const filesystem = (metric: string) =>
    series({ metric, matchers: [{ label: 'fstype', operator: '!~', value: notDisks }] });
  const size = (labelsOf: Record<string, string>, free: number, minutes: number): InputSeries[] => [
    {
      metric: 'node_filesystem_avail_bytes',
      labels: { ...labels, ...labelsOf },
      values: gaugeValues(1000 * free, minutes),
    },
    { metric: 'node_filesystem_size_bytes', labels: { ...labels, ...labelsOf }, values: gaugeValues(1000, minutes) },
  ];
  return {
    diskFree: {
      expr: `${filesystem('node_filesystem_avail_bytes')} / ${filesystem('node_filesystem_size_bytes')}`,
      labels: { ...labels, ...disk },
      series: (value, minutes) => size(disk, value, minutes),
      ignored: (value, minutes) => size({ device: 'run', fstype: 'tmpfs', mountpoint: '/run' }, value, minutes),
    },
    memoryUsed: {
      expr: '1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes',
      labels,
      series: (value, minutes) => [
        { metric: 'node_memory_MemAvailable_bytes', labels, values: gaugeValues(1000 * (1 - value), minutes) },
        { metric: 'node_memory_MemTotal_bytes', labels, values: gaugeValues(1000, minutes) },
      ],
      ignored: () => [],
    },
    cpuUsed: {
      expr: '1 - avg by (job, instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))',
      labels,
      series: (value, minutes) => cores(value, minutes, 'node_cpu_seconds_total', 'mode', labels),
      ignored: () => [],
    },
  };
}

/** Of the service's own `collectHostMetrics`, with the names that it uses. */
export function systemMetricsShares(facts: Facts): HostShares {
  const nameOf = (declared: string): string | undefined =>
    facts.catalogue.metrics.find(({ declaredName }) => declaredName === declared)?.name;
  const time = nameOf('system.cpu.time');
  const memory = nameOf('system.memory.utilization');
  const filesystem = nameOf('system.filesystem.utilization');
  if (time === undefined || memory === undefined || filesystem === undefined) return documentShares(facts);
  const hasLabel = (metric: string, label: string): boolean =>
    facts.catalogue.metrics.some(({ name, labels }) => name === metric && labels.some((each) => each.name === label));
  const mode = hasLabel(time, 'cpu_mode') ? 'cpu_mode' : 'state';
  const state = hasLabel(memory, 'system_memory_state') ? 'system_memory_state' : 'state';
  const mountpoint = hasLabel(filesystem, 'mountpoint') ? 'mountpoint' : 'system_filesystem_mountpoint';
  const labels = { job: facts.job, instance: 'a:9464' };
  const scope = equal('job', facts.job);
  return {
    diskFree: {
      expr: `1 - ${series({ metric: filesystem, matchers: [scope] })}`,
      labels: { ...labels, [mountpoint]: '/' },
      series: (value, minutes) => [
        { metric: filesystem, labels: { ...labels, [mountpoint]: '/' }, values: gaugeValues(1 - value, minutes) },
      ],
      ignored: (value, minutes) => [
        { metric: filesystem, labels: { ...other(facts), [mountpoint]: '/' }, values: gaugeValues(1 - value, minutes) },
      ],
    },
    memoryUsed: {
      expr: series({ metric: memory, matchers: [scope, equal(state, 'used')] }),
      labels: { ...labels, [state]: 'used' },
      series: (value, minutes) => [
        { metric: memory, labels: { ...labels, [state]: 'used' }, values: gaugeValues(value, minutes) },
      ],
      ignored: (value, minutes) => [
        { metric: memory, labels: { ...labels, [state]: 'cached' }, values: gaugeValues(value, minutes) },
        { metric: memory, labels: { ...other(facts), [state]: 'used' }, values: gaugeValues(value, minutes) },
      ],
    },
    cpuUsed: {
      expr: `1 - avg by (job, instance) (rate(${series({ metric: time, matchers: [scope, equal(mode, 'idle')] })}[5m]))`,
      labels,
      series: (value, minutes) => cores(value, minutes, time, mode, labels),
      ignored: (value, minutes) => cores(value, minutes, time, mode, other(facts)),
    },
  };
}

/** The names of the system documents: shares in percent. */
function documentShares(facts: Facts): HostShares {
  const labels = { job: facts.job, instance: 'a:9464' };
  const scope = equal('job', facts.job);
  const gauge = (metric: string) => series({ metric, matchers: [scope] });
  const percentOf = (
    metric: string,
    labelsOf: Record<string, string>,
    share: number,
    minutes: number,
  ): InputSeries => ({
    metric,
    labels: labelsOf,
    values: gaugeValues(share * 100, minutes),
  });
  const cpu = 'system_cpu_usage_percent';
  const limited = series({ metric: cpu, matchers: [scope, equal('core', 'cgroup')] });
  return {
    diskFree: {
      expr: `1 - ${gauge('system_disk_usage_percent')} / 100`,
      labels: { ...labels, path: '/' },
      series: (value, minutes) => [
        percentOf('system_disk_usage_percent', { ...labels, path: '/' }, 1 - value, minutes),
      ],
      ignored: (value, minutes) => [
        percentOf('system_disk_usage_percent', { ...other(facts), path: '/' }, 1 - value, minutes),
      ],
    },
    memoryUsed: {
      expr: `${gauge('system_memory_usage_percent')} / 100`,
      labels,
      series: (value, minutes) => [percentOf('system_memory_usage_percent', labels, value, minutes)],
      ignored: (value, minutes) => [percentOf('system_memory_usage_percent', other(facts), value, minutes)],
    },
    cpuUsed: {
      // A container's limit is what it can use, whatever the machine's cores do.
      expr: `(max by (job, instance) (${limited}) or avg by (job, instance) (${gauge(cpu)})) / 100`,
      labels,
      series: (value, minutes) => [
        percentOf(cpu, { ...labels, core: 'cpu0' }, value - 0.1 * Math.min(value, 1 - value), minutes),
        percentOf(cpu, { ...labels, core: 'cpu1' }, value + 0.1 * Math.min(value, 1 - value), minutes),
      ],
      limited: (minutes) => [
        percentOf(cpu, { ...labels, core: 'cgroup' }, 1, minutes),
        percentOf(cpu, { ...labels, core: 'cpu0' }, 0, minutes),
      ],
      ignored: (value, minutes) => [
        percentOf(cpu, { ...other(facts), core: 'cgroup' }, value, minutes),
        // Limited: its cores do not count.
        percentOf(cpu, { ...labels, instance: 'limited:9464', core: 'cgroup' }, 0.1, minutes),
        percentOf(cpu, { ...labels, instance: 'limited:9464', core: 'cpu0' }, 1, minutes),
      ],
    },
  };
}

/** Two cores of which one is a little busier, each with a mode besides `idle`. */
function cores(
  used: number,
  minutes: number,
  metric: string,
  mode: string,
  labels: Readonly<Record<string, string>>,
): InputSeries[] {
  const spread = 0.1 * Math.min(used, 1 - used);
  const counter = (perMinute: number): string => counterValues([{ minutes, perMinute } satisfies Phase]);
  return [used - spread, used + spread].flatMap((share, index) => [
    { metric, labels: { ...labels, cpu: `${index}`, [mode]: 'idle' }, values: counter(60 * (1 - share)) },
    { metric, labels: { ...labels, cpu: `${index}`, [mode]: 'user' }, values: counter(60 * share) },
  ]);
}

function other(facts: Facts): Record<string, string> {
  return { job: `${facts.job}-other`, instance: 'other:9464' };
}
