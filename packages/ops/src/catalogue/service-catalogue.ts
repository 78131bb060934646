import { readFile } from 'node:fs/promises';
import { messageOf } from '@sightline/base';
import { createMetrics } from '@sightline/core';
import type { OperationDefinition, OpsDefinition } from '../facts/definition.js';
import type { Problems } from '../facts/problems.js';
import type { Catalogue, CatalogueMetric } from '../model/catalogue.js';
import { allPacks, type PackName } from './all-packs.js';
import { catalogueOf } from './catalogue-of.js';
import { pageMetrics } from './page-metrics.js';

/** Always there: every service with the SDK has them. */
const usual: readonly PackName[] = ['process', 'log', 'sightline'];

/**
 * Every metric that the service has: what `declare` declares, then operations, packs and the saved page, each adding what is not there
 * yet.
 */
export async function serviceCatalogue(definition: OpsDefinition, problems: Problems): Promise<Catalogue> {
  const metrics = new Map<string, CatalogueMetric>();
  const add = (found: readonly CatalogueMetric[]): void => {
    for (const metric of found) if (!metrics.has(metric.name)) metrics.set(metric.name, withKnownLabels(metric));
  };
  add(await declaredBy(definition, problems));
  for (const operation of definition.operations ?? []) add(operationMetrics(operation));
  for (const name of packsOf(definition)) add(allPacks[name]);
  if (definition.page !== undefined) add(await savedPage(definition.page, problems));
  return {
    service: definition.service,
    metrics: [...metrics.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function packsOf({ packs: asked = [], host }: OpsDefinition): PackName[] {
  const ofHost: PackName[] =
    host === 'system-metrics' && !asked.some((name) => name.startsWith('host-')) ? ['host-documents'] : [];
  return [...new Set([...usual, ...ofHost, ...asked])];
}

async function declaredBy({ declare, labelValues }: OpsDefinition, problems: Problems): Promise<CatalogueMetric[]> {
  const metrics = createMetrics();
  try {
    await declare?.(metrics);
  } catch (error) {
    problems.add(`declare threw when it was called with a collector: ${messageOf(error)}`);
  }
  const all = catalogueOf(metrics.snapshot(), 'service', labelValues);
  const own = new Set(allPacks.sightline.map(({ name }) => name));
  return all.filter(({ name }) => !own.has(name));
}

/** The metrics of an operation's pack under the operation's name. */
function operationMetrics(operation: string | OperationDefinition): CatalogueMetric[] {
  const { name, labelNames = [], buckets } = typeof operation === 'string' ? { name: operation } : operation;
  const written = name.replaceAll(/[^a-zA-Z0-9]+/g, '_');
  const labels = labelNames.map((label) => ({ name: label.replaceAll('.', '_') }));
  return allPacks.operation.map((metric) => ({
    ...metric,
    name: metric.name.replace(/^x_/, `${written}_`),
    declaredName: metric.declaredName.replace(/^x\./, `${name}.`),
    help: metric.help.replace(/\bx\b/, name),
    labels: [...labels, ...metric.labels],
    ...(metric.bounds === undefined ? {} : { bounds: buckets ?? metric.bounds }),
  }));
}

async function savedPage(file: string, problems: Problems): Promise<CatalogueMetric[]> {
  try {
    // Git on Windows checks it out with CRLF, which no scraper would take.
    return pageMetrics((await readFile(file, 'utf8')).replaceAll('\r\n', '\n'));
  } catch (error) {
    problems.add(`page: ${file} cannot be read: ${messageOf(error)}`);
    return [];
  }
}

/** The metric, with what our packages know of the values of its labels: a service that declares their metrics itself need not say it. */
function withKnownLabels(metric: CatalogueMetric): CatalogueMetric {
  const known = ofPacks.get(metric.name);
  if (known === undefined || known === metric) return metric;
  const labels = metric.labels.map((label) => ({ ...known.labels.find(({ name }) => name === label.name), ...label }));
  return { ...metric, labels };
}

const ofPacks = new Map(
  Object.values(allPacks)
    .flat()
    .map((metric) => [metric.name, metric]),
);
