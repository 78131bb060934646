import type { Facts } from '../model/facts.js';
import type { CatalogueSearch } from './catalogue-search.js';
import { containerRow, probeRow, saturationPanels } from './exporter-panels.js';
import { type HostQueries, hostQueries } from './host-queries.js';
import type { DashboardPlan, PanelPlan, Query } from './plan.js';
import { runtimePanels } from './runtime-panels.js';

/** Utilisation, saturation and errors of what the service runs on. */
export function infrastructure(facts: Facts, search: CatalogueSearch): DashboardPlan {
  const host = hostQueries(facts, search);
  const ofHost = [...hostPanels(host), ...(facts.host === 'node-exporter' ? saturationPanels : [])];
  const ofProcesses = runtimePanels(search);
  return {
    id: 'infrastructure',
    title: 'Infrastructure',
    description: 'Utilisation, saturation and errors of processors, memory, disks and network; the Node.js processes.',
    refresh: '1m',
    from: 'now-6h',
    filters: [],
    rows: [
      { title: 'Host', isCollapsed: false, panels: ofHost },
      { title: 'Node.js processes', isCollapsed: facts.host !== 'none', panels: ofProcesses },
      ...(ofHost.length + ofProcesses.length === 0 ? [] : [containerRow, probeRow]),
    ],
  };
}

function hostPanels(host: HostQueries): PanelPlan[] {
  const percent = { view: 'timeseries', unit: 'percent', decimals: 0, min: 0, max: 100 } as const;
  const bytes = { view: 'timeseries', unit: 'Bps', min: 0 } as const;
  const groups: ReadonlyArray<readonly [readonly Query[], Omit<PanelPlan, 'queries'>]> = [
    [host.cpuPercent, { ...percent, title: 'CPU utilisation', description: 'Used share of the processors.' }],
    [host.memoryPercent, { ...percent, title: 'Memory utilisation', description: 'Used share of the memory.' }],
    [host.diskPercent, { ...percent, title: 'Disk utilisation', description: 'Used share of each file system.' }],
    [host.diskBytes, { ...bytes, title: 'Disk traffic', description: 'Bytes per second that disks read and write.' }],
    [host.networkBytes, { ...bytes, title: 'Network traffic', description: 'Bytes per second by interface.' }],
    [
      host.networkErrors,
      {
        view: 'timeseries',
        unit: 'pps',
        min: 0,
        title: 'Network errors',
        description: 'Packets per second that an interface could not receive or send.',
      },
    ],
  ];
  return groups.flatMap(([queries, panel]) => (queries.length === 0 ? [] : [{ ...panel, queries }]));
}
