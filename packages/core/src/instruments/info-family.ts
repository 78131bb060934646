import { DeclarationError, valueText } from '@sightline/base';
import { matches } from '../store/apply-filters.js';
import type { InfoSnapshot } from '../store/family-snapshot.js';
import { checkLabelName, checkLabelValue, checkName, checkWrittenApart } from './declaration.js';
import type { MetricFilter } from './filters.js';
import type { InfoOptions } from './instruments.js';

/** Facts as labels of one series that is always 1. */
export class InfoFamily {
  /** It is never discovered. */
  declare giveWay: undefined;
  #snapshot: InfoSnapshot;

  constructor(
    name: string,
    options: InfoOptions,
    fixed: ReadonlyMap<string, string>,
    constantLabels: (labelNames: readonly string[]) => Readonly<Record<string, string>>,
    nowMs: number,
  ) {
    const subject = `Info ${valueText(name)}`;
    checkName(subject, name);
    if (typeof options?.help !== 'string' || options.help.trim() === '') {
      throw new DeclarationError(`[core] ${subject} needs help: one sentence for people who see it on a dashboard.`);
    }
    const labels = new Map(fixed);
    for (const [label, value] of Object.entries(options.labels ?? {})) {
      checkLabelName(subject, label);
      labels.set(
        label,
        checkLabelValue(value, (given) => `${subject} has label "${label}" with ${given}`),
      );
    }
    const labelNames = [...labels.keys()];
    checkWrittenApart(subject, labelNames);
    this.#snapshot = {
      kind: 'info',
      name,
      help: options.help,
      unit: undefined,
      labelNames,
      constantLabels: constantLabels(labelNames),
      size: 1,
      rows: Uint32Array.of(0),
      labelValues: [...labels.values()],
      startTimesMs: Float64Array.of(nowMs),
      origin: 'own',
      values: Float64Array.of(1),
    };
  }

  get latestStartMs(): number {
    return this.#snapshot.startTimesMs[0] ?? 0;
  }

  get name(): string {
    return this.#snapshot.name;
  }

  /** The info after filters: renamed, without dropped labels; `undefined` if denied. Limits do not apply to one series. */
  filtered(filters: readonly MetricFilter[]): InfoFamily | undefined {
    const declaredName = this.name;
    for (const filter of filters.filter(({ match }) => matches(match, declaredName))) {
      if (filter.deny === true) return undefined;
      const { labelNames, labelValues } = this.#snapshot;
      const kept = [...labelNames.keys()].filter((k) => !filter.dropLabels?.includes(labelNames[k] as string));
      this.#snapshot = {
        ...this.#snapshot,
        name: filter.rename ?? this.name,
        labelNames: kept.map((k) => labelNames[k] as string),
        labelValues: kept.map((k) => labelValues[k] as string),
      };
    }
    return this;
  }

  snapshot(): InfoSnapshot {
    return this.#snapshot;
  }
}
