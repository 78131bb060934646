import type { Query } from './plan.js';

/** A line over time. */
export function line(expr: string, legend: string, options: Pick<Query, 'hasExemplars'> = {}): Query {
  return { language: 'promql', expr, legend, ...options };
}

/** The value of now. */
export function instant(expr: string, legend: string): Query {
  return { language: 'promql', expr, legend, isInstant: true };
}

export function logLines(expr: string): Query {
  return { language: 'logql', expr, legend: '' };
}

/** `{{a}} {{b}}`: the values of these labels. */
export function legendOf(labels: readonly string[]): string {
  return labels.map((label) => `{{${label}}}`).join(' ');
}

/** Text that is no template in a legend. */
export function plainLegend(text: string): string {
  return text.replaceAll('{{', '{ {');
}
