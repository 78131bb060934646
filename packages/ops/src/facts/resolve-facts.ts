import { didYouMean, isRecord, valueText } from '@sightline/base';
import { serviceCatalogue } from '../catalogue/service-catalogue.js';
import type { Catalogue } from '../model/catalogue.js';
import type { DatabaseFact, Facts, FreshnessFact, Limits, QueueFact, Selector } from '../model/facts.js';
import { canMeet } from '../promql/selectors.js';
import { impossibleLimits } from '../rules/impossible-limits.js';
import { alertNames } from './alert-names.js';
import { checkSources } from './check-sources.js';
import type { OpsDefinition } from './definition.js';
import { inferredQueues, QUEUE_LIMIT } from './inferred-queues.js';
import { MetricLookup } from './metric-lookup.js';
import { Problems } from './problems.js';
import { resolveNotify } from './resolve-notify.js';
import { resolveSignals } from './resolve-signals.js';
import { resolveSlos } from './resolve-slos.js';

/**
 * Checks a definition against the metrics that the service really declares.
 * @throws a `ConfigurationError` that lists every wrong name, label, value and bound, with the nearest right one
 */
export async function resolveFacts(definition: OpsDefinition): Promise<Facts> {
  const problems = new Problems();
  const { service, job = service, team } = definition;
  checkSources(definition, problems);
  problems.check();
  const catalogue = await serviceCatalogue(definition, problems);
  problems.check();
  const lookup = new MetricLookup(catalogue, problems);
  const signals = resolveSignals(definition, catalogue, lookup, problems);
  const facts: Facts = {
    service,
    job: problems.text('job', job),
    team,
    catalogue,
    signals,
    slos: resolveSlos(definition, signals, problems),
    queues: queuesOf(definition.queues, catalogue, lookup, problems),
    freshness: freshnessOf(definition.freshness, lookup, problems),
    kpis: kpisOf(definition.kpis, lookup, problems),
    database: databaseOf(definition.database, problems),
    host: definition.host ?? 'none',
    limits: limitsOf(definition.limits, problems),
    disable: disabledOf(definition.disable, problems),
    links: linksOf(definition, problems),
    target: targetOf(definition, problems),
    notify: resolveNotify(definition.notify, problems),
    cluster: externalLabel('cluster', definition.cluster, problems),
    region: externalLabel('region', definition.region, problems),
  };
  problems.check();
  for (const sentence of impossibleLimits(facts)) problems.add(sentence);
  problems.check();
  return facts;
}

/** The declared queues, then those that the catalogue has by its names. */
function queuesOf(given: unknown, catalogue: Catalogue, lookup: MetricLookup, problems: Problems): QueueFact[] {
  const declared = declaredQueues(given, lookup, problems);
  const names = new Set(declared.map(({ selector }) => selector.metric));
  return [...declared, ...inferredQueues(catalogue).filter(({ selector }) => !names.has(selector.metric))];
}

function declaredQueues(given: unknown, lookup: MetricLookup, problems: Problems): QueueFact[] {
  const queues = problems.list('queues', given).flatMap((value, i) => {
    const { limit, ...reference } = problems.record(`queues[${i}]`, value);
    problems.unknownMembers(`queues[${i}]`, reference, ['metric', 'where']);
    const found = lookup.selector(`queues[${i}]`, reference, ['gauge']);
    const above = problems.number(`queues[${i}].limit`, limit, QUEUE_LIMIT, (n) => n > 0, 'a number above 0');
    return found === undefined ? [] : [{ selector: found.selector, limit: above }];
  });
  refuseOverlaps('queues', queues, problems);
  return queues;
}

/** Two alerts of one name and the same labels are an error of Prometheus when both fire. */
function refuseOverlaps(name: string, facts: ReadonlyArray<{ readonly selector: Selector }>, problems: Problems): void {
  facts.forEach(({ selector: { metric, matchers } }, i) => {
    const earlier = facts
      .slice(0, i)
      .some(({ selector }) => selector.metric === metric && canMeet(selector.matchers, matchers));
    if (earlier)
      problems.add(`${name} has "${metric}" twice for the same series. Leave one out, or tell them apart by where.`);
  });
}

function freshnessOf(given: unknown, lookup: MetricLookup, problems: Problems): FreshnessFact[] {
  const feeds = problems.list('freshness', given).flatMap((value, i) => {
    const { maxAgeSeconds, ...reference } = problems.record(`freshness[${i}]`, value);
    problems.unknownMembers(`freshness[${i}]`, reference, ['metric', 'where']);
    const found = lookup.selector(`freshness[${i}]`, reference, ['gauge']);
    const age = maxAgeSeconds ?? Number.NaN;
    const seconds = problems.number(`freshness[${i}].maxAgeSeconds`, age, 60, (n) => n > 0, 'seconds above 0');
    return found === undefined ? [] : [{ selector: found.selector, maxAgeSeconds: seconds }];
  });
  refuseOverlaps('freshness', feeds, problems);
  return feeds;
}

function kpisOf(given: unknown, lookup: MetricLookup, problems: Problems): Selector[] {
  return problems.list('kpis', given).flatMap((reference, i) => {
    const found = lookup.selector(`kpis[${i}]`, reference, ['counter', 'gauge', 'histogram']);
    return found === undefined ? [] : [found.selector];
  });
}

function databaseOf(given: OpsDefinition['database'], problems: Problems): DatabaseFact | undefined {
  if (given === undefined) return undefined;
  const { system, job = 'postgres' } = isRecord(given) ? given : { system: given };
  if (system !== 'postgres') problems.add(`database is ${valueText(given)}. Pass "postgres", the only one so far.`);
  return { system: 'postgres', job: problems.text('database.job', job) };
}

function limitsOf(given: unknown, problems: Problems): Limits {
  const limits = problems.record('limits', given);
  problems.unknownMembers('limits', limits, [
    ...['errorRatio', 'sagaFailureRatio', 'memoryRatio', 'cpuRatio', 'diskFreeRatio'],
  ]);
  const ratio = problems.record('limits.errorRatio', limits['errorRatio']);
  problems.unknownMembers('limits.errorRatio', ratio, ['medium', 'high']);
  const orNone = (name: string, fallback: number): number | undefined =>
    ratio[name] === false ? undefined : problems.share(`limits.errorRatio.${name}`, ratio[name], fallback);
  const share = (name: string, fallback: number): number => problems.share(`limits.${name}`, limits[name], fallback);
  return {
    errorRatio: { warning: orNone('medium', 0.05), high: orNone('high', 0.1) },
    sagaFailureRatio: share('sagaFailureRatio', 0.1),
    memoryRatio: share('memoryRatio', 0.9),
    cpuRatio: share('cpuRatio', 0.8),
    diskFreeRatio: share('diskFreeRatio', 0.05),
  };
}

function disabledOf(given: unknown, problems: Problems): string[] {
  return problems.list('disable', given).flatMap((name) => {
    if (typeof name === 'string' && alertNames.includes(name)) return [name];
    const hint = didYouMean(String(name), alertNames) || ` Alerts are ${alertNames.join(', ')}.`;
    problems.add(`disable: there is no alert ${valueText(name)}.${hint}`);
    return [];
  });
}

/** Prometheus replaces `$NAME` in them by a variable of its environment. */
function externalLabel(name: string, given: unknown, problems: Problems): string {
  const text = problems.text(name, given, 'local');
  if (text.includes('$'))
    problems.add(`${name} is ${valueText(text)}. Prometheus would take "$" for a variable: leave it out.`);
  return text;
}

function linksOf({ links }: OpsDefinition, problems: Problems): Facts['links'] {
  const { grafana, runbooks, ...others } = problems.record('links', links);
  problems.unknownMembers('links', others, ['grafana', 'runbooks']);
  const link = (name: string, value: unknown, fallback: string, pattern: RegExp, what: string): string => {
    const text = problems.text(`links.${name}`, value, fallback).replace(/\/+$/, '');
    if (!pattern.test(text)) problems.add(`links.${name} is ${valueText(text)}. Pass ${what}.`);
    return text;
  };
  const page = 'https?:\\/\\/[^\\s<>|"]+';
  return {
    grafana: link('grafana', grafana, 'http://localhost:3000', new RegExp(`^${page}$`), 'an address of http or https'),
    runbooks: link(
      ...(['runbooks', runbooks, 'runbooks', new RegExp(`^(${page}|[^:\\s<>|"]+)$`)] as const),
      'an address of http or https, or a folder',
    ),
  };
}

function targetOf({ target, service }: OpsDefinition, problems: Problems): Facts['target'] {
  const { addresses, path, healthPath, ...others } = problems.record('target', target);
  problems.unknownMembers('target', others, ['addresses', 'path', 'healthPath']);
  const given = problems
    .list('target.addresses', addresses)
    .map((address) => problems.text('target.addresses', address));
  for (const address of given) {
    if (!/^(\[[0-9a-fA-F:.]+\]|[^\s:/]+):\d{1,5}$/.test(address)) {
      problems.add(`target.addresses has "${address}". Pass host:port, such as "orders:9464".`);
    }
  }
  const pathOf = (name: string, value: unknown, fallback: string): string => {
    const text = problems.text(`target.${name}`, value, fallback);
    if (!/^\/[^\s#?]*$/.test(text))
      problems.add(`target.${name} is ${valueText(text)}. Pass a path, such as "${fallback}".`);
    return text;
  };
  return {
    addresses: given.length > 0 ? given : [`${service}:9464`],
    path: pathOf('path', path, '/metrics'),
    healthPath: pathOf('healthPath', healthPath, '/healthz'),
  };
}
