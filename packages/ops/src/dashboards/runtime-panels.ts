import type { CatalogueSearch } from './catalogue-search.js';
import type { PanelPlan, Query } from './plan.js';
import { line } from './query.js';
import { allOf, rate } from './scope.js';
import { durationQuantile } from './signal-queries.js';

/** The Node.js processes: processor, memory, event loop, garbage collection. */
export function runtimePanels(search: CatalogueSearch): PanelPlan[] {
  const each = (metric: string, legend: string): Query => line(allOf(metric), `{{instance}} ${legend}`.trim());
  const graph = { view: 'timeseries', min: 0 } as const;
  const panels: ReadonlyArray<readonly [needs: readonly string[], panel: PanelPlan]> = [
    [
      ['process_cpu_seconds_total'],
      {
        ...graph,
        unit: 'short',
        title: 'CPU of a process',
        description: 'Processors that each process uses. The event loop alone can use one.',
        queries: [line(rate(allOf('process_cpu_seconds_total')), '{{instance}}')],
      },
    ],
    [
      ['process_resident_memory_bytes'],
      {
        ...graph,
        unit: 'bytes',
        title: 'Memory of a process',
        description: 'Resident memory. Growth without end is a leak.',
        queries: [each('process_resident_memory_bytes', '')],
      },
    ],
    [
      ['nodejs_heap_size_used_bytes', 'nodejs_heap_size_total_bytes'],
      {
        ...graph,
        unit: 'bytes',
        title: 'Heap',
        description: 'Used size of the JavaScript heap, and its whole size.',
        queries: [each('nodejs_heap_size_used_bytes', 'used'), each('nodejs_heap_size_total_bytes', 'size')],
      },
    ],
    [
      ['nodejs_eventloop_delay_seconds'],
      {
        ...graph,
        unit: 's',
        title: 'Delay of the event loop',
        description: 'How much later than requested timers run: 99 % of them at most this. All requests wait as long.',
        queries: [
          line(
            durationQuantile({ histogram: 'nodejs_eventloop_delay_seconds', matchers: [] }, 0.99, ['instance']),
            '{{instance}} p99',
          ),
        ],
      },
    ],
    [
      ['nodejs_eventloop_utilization_ratio'],
      {
        ...graph,
        unit: 'percentunit',
        max: 1,
        title: 'Utilisation of the event loop',
        description: 'Share of the last minute in which the event loop was busy. Near 100 %, requests queue.',
        queries: [each('nodejs_eventloop_utilization_ratio', '')],
      },
    ],
    [
      ['nodejs_gc_duration_seconds'],
      {
        ...graph,
        unit: 'percentunit',
        title: 'Garbage collection',
        description: 'Share of the time that is spent in garbage collections, by kind.',
        queries: [
          line(`sum by (instance, kind) (${rate(allOf('nodejs_gc_duration_seconds_sum'))})`, '{{instance}} {{kind}}'),
        ],
      },
    ],
    [
      ['process_open_fds', 'process_max_fds'],
      {
        ...graph,
        unit: 'percentunit',
        title: 'File descriptors',
        description: 'Open file descriptors as a share of the most that the process may open.',
        queries: [line(`${allOf('process_open_fds')} / (${allOf('process_max_fds')} > 0)`, '{{instance}}')],
      },
    ],
  ];
  return panels.flatMap(([needs, panel]) => (search.has(...needs) ? [panel] : []));
}
