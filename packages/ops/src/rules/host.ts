import type { Alert, RunbookText } from '../model/alert.js';
import type { Facts } from '../model/facts.js';
import { boundaryScenarios } from '../rule-tests/boundaries.js';
import { firingAt, MINUTE, quietAt, scenario } from '../rule-tests/scenario.js';
import { type HostShare, nodeExporterShares, systemMetricsShares } from './host-expressions.js';
import { percent } from './percent.js';
import { EVALUATION_SECONDS, type RuleSet } from './rule-set.js';

/** DiskFull, and HighMemoryUsage and HighCPUUsage, which never page: load is no failure. */
export function hostRules(facts: Facts): RuleSet {
  const shares = facts.host === 'node-exporter' ? nodeExporterShares() : systemMetricsShares(facts);
  const { diskFreeRatio, memoryRatio, cpuRatio } = facts.limits;
  const disk: Alert = {
    name: 'DiskFull',
    expr: `${shares.diskFree.expr} < ${diskFreeRatio}`,
    forSeconds: 300,
    severity: 'critical',
    labels: {},
    summary: 'A disk of {{ $labels.instance }} is full: {{ $value | humanizePercentage }} free',
    description: `Less than ${percent(diskFreeRatio)} of a file system is free for 5 minutes. Its path is among the labels.`,
    dashboard: 'infrastructure',
    runbook: diskRunbook(shares.diskFree.expr),
  };
  const memory: Alert = {
    name: 'HighMemoryUsage',
    expr: `${shares.memoryUsed.expr} > ${memoryRatio}`,
    forSeconds: 300,
    severity: 'warning',
    labels: {},
    summary: 'Memory of {{ $labels.instance }} is used to {{ $value | humanizePercentage }}',
    description: `More than ${percent(memoryRatio)} of the memory is in use for 5 minutes. What caches could give back counts as free.`,
    dashboard: 'infrastructure',
    runbook: memoryRunbook(shares.memoryUsed.expr),
  };
  const cpu: Alert = {
    name: 'HighCPUUsage',
    expr: `${shares.cpuUsed.expr} > ${cpuRatio}`,
    forSeconds: 600,
    severity: 'warning',
    labels: {},
    summary: 'CPU of {{ $labels.instance }} is used to {{ $value | humanizePercentage }}',
    description: `More than ${percent(cpuRatio)} of the CPU time is used for 10 minutes, on average of all cores.`,
    dashboard: 'infrastructure',
    runbook: cpuRunbook(shares.cpuUsed.expr),
  };
  return {
    group: {
      name: `${facts.service} host`,
      intervalSeconds: EVALUATION_SECONDS,
      recording: [],
      alerts: [disk, memory, cpu],
    },
    scenarios: [
      ...shareScenarios('Free share of a disk', disk, diskFreeRatio, shares.diskFree, 'below'),
      ...shareScenarios('Used share of memory', memory, memoryRatio, shares.memoryUsed, 'above'),
      ...shareScenarios('Used share of CPU', cpu, cpuRatio, shares.cpuUsed, 'above'),
      ...cpuRateScenarios(cpu, cpuRatio, shares.cpuUsed),
    ],
  };
}

function shareScenarios(quantity: string, alert: Alert, limit: number, share: HostShare, side: 'above' | 'below') {
  const isAbove = side === 'above';
  return [
    ...boundaryScenarios({
      quantity,
      alerts: [{ alert, limit }],
      side,
      greatest: 1,
      // A rate needs two samples; a gauge has held for a minute then.
      holdsFromSeconds: share.expr.includes('rate(') ? MINUTE : 0,
      labels: share.labels,
      series: (value, minutes) => {
        const isFiring = isAbove ? value > limit : value < limit;
        return [...share.series(value, minutes), ...share.ignored(isFiring === isAbove ? 0.001 : 0.999, minutes)];
      },
    }),
    ...(share.limited === undefined
      ? []
      : [
          scenario(`${quantity} of a container at its limit`, {
            series: share.limited(20),
            states: firingAt([alert], share.labels, 15 * MINUTE),
          }),
        ]),
    scenario(`${quantity} is not known`, { series: [], checks: quietAt([alert.name], 15 * MINUTE) }),
  ];
}

/** A busy time that is over, as the rate sees it. */
function cpuRateScenarios(alert: Alert, limit: number, share: HostShare) {
  if (!share.expr.includes('rate(')) return [];
  const idle = share.series(1, 1).filter(({ labels }) => Object.values(labels).includes('idle'));
  const afterwards = 60 * 2.5 * (1 - limit);
  return [
    // The limit is crossed within 3 of 5 minutes, but not of 10.
    scenario('CPU that was busy and is half idle', {
      series: idle.map((each) => ({ ...each, values: `0+0x20 ${afterwards}+${afterwards}x30` })),
      checks: [
        { atSeconds: 20 * MINUTE, name: alert.name, firing: [{ alert, labels: share.labels, value: 1 }] },
        ...quietAt([alert.name], 23 * MINUTE, 28 * MINUTE),
      ],
    }),
    // Within 5 minutes it is three quarters of the idle time that the limit allows, within 2 minutes more than all of it.
    scenario('CPU that is idle for a moment', {
      series: idle.map((each) => ({ ...each, values: `0+0x11 ${180 * (1 - limit)}+0x20` })),
      states: firingAt([alert], share.labels, 16 * MINUTE),
    }),
  ];
}

function diskRunbook(expr: string): RunbookText {
  return {
    symptom: 'Writes fail: logs, data, temporary files; a database stops.',
    causes: [
      'Log files are not rotated.',
      'Data grew beyond its retention.',
      'Core dumps or temporary files were left.',
    ],
    actions: [
      'Find the largest folders: du -xh --max-depth=2 / | sort -h | tail.',
      'Remove or compress old logs and temporary files.',
      'Enlarge the disk.',
    ],
    queries: [{ title: 'Free share', language: 'promql', expr }],
  };
}

function memoryRunbook(expr: string): RunbookText {
  return {
    symptom: 'None yet. Processes are killed when memory runs out.',
    causes: ['A process leaks.', 'More work than the machine has memory for.'],
    actions: [
      'Find the largest processes: ps aux --sort=-rss | head.',
      'If a process of ours grows all the time, take a heap snapshot, then restart it.',
    ],
    queries: [{ title: 'Used share', language: 'promql', expr }],
  };
}

function cpuRunbook(expr: string): RunbookText {
  return {
    symptom: 'None yet, or higher latency.',
    causes: ['More work than usual.', 'A loop, or slow code since a deploy.', 'Another process of the machine.'],
    actions: [
      'Find the busiest processes: top -b -n 1 | head -20.',
      'Take a CPU profile of the process.',
      'Add instances.',
    ],
    queries: [{ title: 'Used share', language: 'promql', expr }],
  };
}
