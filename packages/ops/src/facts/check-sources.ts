import { didYouMean, isRecord, messageOf, valueText } from '@sightline/base';
import { createMetrics } from '@sightline/core';
import { packNames } from '../catalogue/all-packs.js';
import type { OpsDefinition } from './definition.js';
import type { Problems } from './problems.js';

/** Reports what is wrong with the members that the catalogue is made of, before it is made. */
export function checkSources(definition: OpsDefinition, problems: Problems): void {
  const { packs, operations, host, page, labelValues } = definition;
  for (const name of problems.list('packs', packs)) {
    if ((packNames as readonly unknown[]).includes(name)) continue;
    const hint = typeof name === 'string' ? didYouMean(name, packNames) : '';
    problems.add(`packs: there is no pack ${valueText(name)}.${hint || ` Packs are ${packNames.join(', ')}.`}`);
  }
  for (const each of problems.list('operations', operations)) checkOperation(each, problems);
  if (host !== undefined && !['node-exporter', 'system-metrics', 'none'].includes(host)) {
    problems.add(`host is ${valueText(host)}. Pass "node-exporter", "system-metrics" or "none".`);
  }
  if (page !== undefined && typeof page !== 'string') {
    problems.add(`page is ${valueText(page)}. Pass the name of a file.`);
  }
  for (const [metric, labels] of Object.entries(problems.record('labelValues', labelValues))) {
    for (const [label, set] of Object.entries(problems.record(`labelValues.${metric}`, labels))) {
      checkLabelSet(`labelValues.${metric}.${label}`, set, problems);
    }
  }
}

function checkOperation(given: unknown, problems: Problems): void {
  const operation = isRecord(given) ? given : { name: given };
  const { name, labelNames, buckets } = operation;
  if (typeof name !== 'string' || name === '') {
    problems.add(`operations has ${valueText(given)}. Pass names, such as "order.process".`);
    return;
  }
  const subject = `operations.${name}`;
  problems.unknownMembers(subject, operation, ['name', 'labelNames', 'buckets']);
  problems.texts(`${subject}.labelNames`, labelNames);
  const names = Array.isArray(labelNames) ? labelNames.filter((each) => typeof each === 'string') : [];
  const bounds = problems.list(`${subject}.buckets`, buckets);
  const isRising = bounds.every(
    (bound, i) => Number.isFinite(bound) && (i === 0 || Number(bounds[i - 1]) < Number(bound)),
  );
  if (!isRising || (buckets !== undefined && bounds.length === 0)) {
    problems.add(`${subject}.buckets is ${valueText(buckets)}. Pass rising numbers of seconds.`);
  }
  try {
    // As the first call of the operation does.
    createMetrics().histogram(`${name}.duration`, {
      help: name,
      unit: 'seconds',
      labelNames: names as string[],
      buckets: [1],
    });
  } catch (error) {
    problems.add(`${subject}: ${messageOf(error)}`);
  }
}

function checkLabelSet(subject: string, given: unknown, problems: Problems): void {
  const { values, failing, outOf, ...others } = problems.record(subject, given);
  problems.unknownMembers(subject, others, ['values', 'failing', 'outOf']);
  problems.texts(`${subject}.values`, values);
  for (const [name, pattern] of Object.entries({ failing, outOf })) {
    if (pattern === undefined || typeof pattern === 'string') continue;
    problems.add(`${subject}.${name} is ${valueText(pattern)}. Pass a regular expression as a text.`);
  }
}
