import { type FamilyColumns, prometheusLabelName } from '@sightline/core';
import { escaped, type PageBytes } from './page-bytes.js';

/** Writes point `i`'s labels, without braces: own labels in declared order, then the constant ones. */
export interface LabelWriter {
  /** No series of the family has a label. */
  readonly isEmpty: boolean;
  write(page: PageBytes, i: number): void;
}

/** Labels are written afresh for every page: kept texts would cost 75 to 130 B a series. */
export function labelWriter(family: FamilyColumns): LabelWriter {
  const { labelNames, labelValues, rows } = family;
  const constants = Object.entries(family.constantLabels).map(
    ([name, value]) => `${prometheusLabelName(name)}="${escaped(value)}"`,
  );
  const width = labelNames.length;
  const openings = labelNames.map((name, k) => Buffer.from(`${k === 0 ? '' : '",'}${prometheusLabelName(name)}="`));
  const closing = Buffer.from((width === 0 ? constants : ['"', ...constants]).join(','));
  return {
    isEmpty: width === 0 && constants.length === 0,
    write(page, i) {
      const first = (rows[i] ?? 0) * width;
      for (let k = 0; k < width; k++) {
        page.add(openings[k] ?? closing);
        page.addLabelValue(labelValues[first + k] ?? '');
      }
      page.add(closing);
    },
  };
}
