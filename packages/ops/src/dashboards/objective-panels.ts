import type { Facts, Slo } from '../model/facts.js';
import type { PanelPlan } from './plan.js';
import { instant } from './query.js';
import { durationUnit } from './signal-panels.js';
import { errorRatio, shareWithin } from './signal-queries.js';

/** What has been reached of each objective, over the time range of the dashboard, and how much of its error budget is left. */
export function objectivePanels({ slos }: Facts): PanelPlan[] {
  const panels = slos.flatMap((slo) => {
    const good = goodRatio(slo);
    if (good === undefined) return [];
    const percent = Number((100 * slo.objective).toPrecision(6));
    const what =
      slo.within === undefined
        ? `${slo.signal.title}: share without failure`
        : `${slo.signal.title}: share within ${slo.within} ${durationUnit(slo.signal)}`;
    return [
      {
        title: `${slo.id}: reached`,
        description: `${what}, in the time range above. Objective: ${percent} %.`,
        view: 'stat',
        unit: 'percent',
        decimals: 3,
        noValue: 'No work in this time',
        thresholds: [{ color: 'red' }, { from: percent, color: 'green' }],
        queries: [instant(`100 * (${good})`, 'reached')],
      },
      {
        title: `${slo.id}: budget left`,
        description: `Share of the failures that the objective of ${percent} % allows which have not happened in the time range above. Below 0: missed.`,
        view: 'stat',
        unit: 'percent',
        decimals: 1,
        noValue: 'No work in this time',
        thresholds: [{ color: 'red' }, { from: 0, color: 'yellow' }, { from: 25, color: 'green' }],
        queries: [instant(`100 * (1 - (1 - (${good})) / ${Number((1 - slo.objective).toPrecision(12))})`, 'left')],
      },
    ] satisfies PanelPlan[];
  });
  // One line of what was reached, one of what is left.
  return [0, 1].flatMap((row) => panels.filter((_, i) => i % 2 === row));
}

function goodRatio({ signal, within }: Slo): string | undefined {
  const inRange = { over: (seriesText: string) => `increase(${seriesText}[$__range])` };
  if (within === undefined) {
    const ratio = errorRatio(signal, inRange);
    return ratio && `1 - ${ratio}`;
  }
  return signal.duration && shareWithin(signal.duration, within, inRange);
}
