import type { Facts } from '../model/facts.js';
import { equal } from '../promql/selectors.js';
import type { CatalogueSearch } from './catalogue-search.js';
import type { Query } from './plan.js';
import { line } from './query.js';
import { allOf, hostScope, rate, scoped } from './scope.js';

/** How to read the host, from whatever measures it. A group that is not measured has no queries. */
export interface HostQueries {
  /** From 0 to 100. */
  readonly cpuPercent: readonly Query[];
  readonly memoryPercent: readonly Query[];
  readonly diskPercent: readonly Query[];
  readonly diskBytes: readonly Query[];
  readonly networkBytes: readonly Query[];
  /** Per second. */
  readonly networkErrors: readonly Query[];
}

export function hostQueries({ host }: Pick<Facts, 'host'>, search: CatalogueSearch): HostQueries {
  if (host === 'node-exporter') return nodeExporter;
  if (host === 'none') return nothing;
  if (search.has('system_cpu_usage_percent')) return documents;
  if (search.hasLabel('system_memory_utilization_ratio', 'system_memory_state')) return conventional(semconv);
  return search.has('system_memory_utilization_ratio') ? conventional(hostmetrics) : nothing;
}

const nothing: HostQueries = {
  cpuPercent: [],
  memoryPercent: [],
  diskPercent: [],
  diskBytes: [],
  networkBytes: [],
  networkErrors: [],
};

/** Not those that are always full, or in memory: as in the rule DiskFull. */
const realDisks = { label: 'fstype', operator: '!~', value: 'tmpfs|ramfs|overlay|squashfs|iso9660|fuse[.].*' } as const;
const realInterfaces = { label: 'device', operator: '!~', value: 'lo|veth.*|br-.*|docker.*|cali.*|cni.*' } as const;

const node = (metric: string): string => allOf(metric, hostScope);
const nodeNetwork = (metric: string): string => scoped({ metric, matchers: [realInterfaces] }, hostScope);
const nodeDisk = (metric: string): string => scoped({ metric, matchers: [realDisks] }, hostScope);
const idle = scoped({ metric: 'node_cpu_seconds_total', matchers: [equal('mode', 'idle')] }, hostScope);

const nodeExporter: HostQueries = {
  cpuPercent: [line(`100 * (1 - avg by (instance) (${rate(idle)}))`, '{{instance}}')],
  memoryPercent: [
    line(
      `100 * (1 - ${node('node_memory_MemAvailable_bytes')} / ${node('node_memory_MemTotal_bytes')})`,
      '{{instance}}',
    ),
  ],
  diskPercent: [
    line(
      `100 * (1 - ${nodeDisk('node_filesystem_avail_bytes')} / (${nodeDisk('node_filesystem_size_bytes')} > 0))`,
      '{{instance}} {{mountpoint}}',
    ),
  ],
  diskBytes: [
    line(`sum by (instance, device) (${rate(node('node_disk_read_bytes_total'))})`, '{{instance}} {{device}} read'),
    line(
      `sum by (instance, device) (${rate(node('node_disk_written_bytes_total'))})`,
      '{{instance}} {{device}} written',
    ),
  ],
  networkBytes: [
    line(
      `sum by (instance, device) (${rate(nodeNetwork('node_network_receive_bytes_total'))})`,
      '{{instance}} {{device}} received',
    ),
    line(
      `sum by (instance, device) (${rate(nodeNetwork('node_network_transmit_bytes_total'))})`,
      '{{instance}} {{device}} sent',
    ),
  ],
  networkErrors: [
    line(
      `sum by (instance, device) (${rate(nodeNetwork('node_network_receive_errs_total'))} + ${rate(nodeNetwork('node_network_receive_drop_total'))})`,
      '{{instance}} {{device}} received',
    ),
    line(
      `sum by (instance, device) (${rate(nodeNetwork('node_network_transmit_errs_total'))} + ${rate(nodeNetwork('node_network_transmit_drop_total'))})`,
      '{{instance}} {{device}} sent',
    ),
  ],
};

const core = (operator: '=' | '!='): string =>
  scoped({ metric: 'system_cpu_usage_percent', matchers: [{ label: 'core', operator, value: 'cgroup' }] });

const documents: HostQueries = {
  // A container's limit is what it can use, whatever the machine's cores do.
  cpuPercent: [line(`max by (instance) (${core('=')}) or avg by (instance) (${core('!=')})`, '{{instance}}')],
  memoryPercent: [line(allOf('system_memory_usage_percent'), '{{instance}}')],
  diskPercent: [line(allOf('system_disk_usage_percent'), '{{instance}} {{path}}')],
  diskBytes: [
    line(
      `sum by (instance, device, direction) (${rate(allOf('system_disk_io_bytes_total'))})`,
      '{{instance}} {{device}} {{direction}}',
    ),
  ],
  networkBytes: [
    line(
      `sum by (instance, interface, direction) (${rate(allOf('system_network_bytes_total'))})`,
      '{{instance}} {{interface}} {{direction}}',
    ),
  ],
  networkErrors: [
    line(
      `sum by (instance, interface, direction) (${rate(allOf('system_network_errors_total'))})`,
      '{{instance}} {{interface}} {{direction}}',
    ),
  ],
};

interface Labels {
  readonly mode: string;
  readonly memoryState: string;
  readonly mountpoint: string;
  readonly disk: readonly [device: string, direction: string];
  readonly network: readonly [name: string, direction: string];
}

const semconv: Labels = {
  mode: 'cpu_mode',
  memoryState: 'system_memory_state',
  mountpoint: 'system_filesystem_mountpoint',
  disk: ['system_device', 'disk_io_direction'],
  network: ['network_interface_name', 'network_io_direction'],
};

const hostmetrics: Labels = {
  mode: 'state',
  memoryState: 'state',
  mountpoint: 'mountpoint',
  disk: ['device', 'direction'],
  network: ['device', 'direction'],
};

function conventional({ mode, memoryState, mountpoint, disk, network }: Labels): HostQueries {
  const idleTime = rate(scoped({ metric: 'system_cpu_time_seconds_total', matchers: [equal(mode, 'idle')] }));
  const used = scoped({ metric: 'system_memory_utilization_ratio', matchers: [equal(memoryState, 'used')] });
  const rates = (metric: string, labels: readonly string[]): Query =>
    line(
      `sum by (instance, ${labels.join(', ')}) (${rate(allOf(metric))})`,
      `{{instance}} ${labels.map((label) => `{{${label}}}`).join(' ')}`,
    );
  return {
    cpuPercent: [line(`100 * (1 - avg by (instance) (${idleTime}))`, '{{instance}}')],
    memoryPercent: [line(`100 * ${used}`, '{{instance}}')],
    diskPercent: [line(`100 * ${allOf('system_filesystem_utilization_ratio')}`, `{{instance}} {{${mountpoint}}}`)],
    diskBytes: [rates('system_disk_io_bytes_total', disk)],
    networkBytes: [rates('system_network_io_bytes_total', network)],
    networkErrors: [rates('system_network_errors_total', network)],
  };
}
