import { equal } from '../promql/selectors.js';
import type { PanelPlan, RowPlan } from './plan.js';
import { line } from './query.js';
import { allOf, containerScope, hostScope, probeScope, rate, type Scope, scoped } from './scope.js';

const node = (metric: string): string => allOf(metric, hostScope);
const cores = `count by (instance) (${rate(scoped({ metric: 'node_cpu_seconds_total', matchers: [equal('mode', 'idle')] }, hostScope))})`;
const graph = { view: 'timeseries', unit: 'short', min: 0 } as const satisfies Partial<PanelPlan>;

/** What waits for processors, memory and disks, by the node exporter. */
export const saturationPanels: readonly PanelPlan[] = [
  {
    ...graph,
    title: 'CPU saturation',
    description: 'Load of the last minute per processor. Above 1, work waits.',
    thresholds: [{ color: 'green' }, { from: 1, color: 'yellow' }],
    queries: [line(`sum by (instance) (${node('node_load1')}) / ${cores}`, '{{instance}}')],
  },
  {
    ...graph,
    title: 'Memory saturation',
    description: 'Pages per second that had to be read from disk. Much of it: memory is short.',
    unit: 'ops',
    queries: [line(rate(node('node_vmstat_pgmajfault')), '{{instance}}')],
  },
  {
    ...graph,
    title: 'Disk saturation',
    description: 'Requests that wait for each disk, on average.',
    queries: [line(rate(node('node_disk_io_time_weighted_seconds_total')), '{{instance}} {{device}}')],
  },
];

const container = (metric: string): string => named(metric, containerScope);

/** Without the totals of the machine, which cAdvisor gives no name. */
function named(metric: string, scope: Scope): string {
  return scoped({ metric, matchers: [{ label: 'name', operator: '!=', value: '' }] }, scope);
}

/** Containers, by cAdvisor. */
export const containerRow: RowPlan = {
  title: 'Containers',
  isCollapsed: true,
  panels: [
    {
      ...graph,
      title: 'CPU of containers',
      description: 'Processors that each container uses.',
      queries: [line(`sum by (name) (${rate(container('container_cpu_usage_seconds_total'))})`, '{{name}}')],
    },
    {
      ...graph,
      title: 'Memory of containers',
      description: 'Memory of each container that cannot be given back.',
      unit: 'bytes',
      queries: [line(`sum by (name) (${container('container_memory_working_set_bytes')})`, '{{name}}')],
    },
    {
      ...graph,
      title: 'Network of containers',
      description: 'Bytes per second of each container.',
      unit: 'Bps',
      queries: [
        line(`sum by (name) (${rate(container('container_network_receive_bytes_total'))})`, '{{name}} received'),
        line(`sum by (name) (${rate(container('container_network_transmit_bytes_total'))})`, '{{name}} sent'),
      ],
    },
  ],
};

/** Probes from outside, by the blackbox exporter. */
export const probeRow: RowPlan = {
  title: 'Probes from outside',
  isCollapsed: true,
  panels: [
    {
      ...graph,
      title: 'Probe success',
      description: 'Whether each address answers as it should: 1, or 0 if not.',
      max: 1,
      queries: [line(allOf('probe_success', probeScope), '{{instance}}')],
    },
    {
      ...graph,
      title: 'Time of a probe',
      description: 'How long each address takes to answer.',
      unit: 's',
      queries: [line(allOf('probe_duration_seconds', probeScope), '{{instance}}')],
    },
  ],
};
