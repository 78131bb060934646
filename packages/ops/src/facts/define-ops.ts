import { isRecord, valueText } from '@sightline/base';
import type { OpsDefinition } from './definition.js';
import { Problems } from './problems.js';

/**
 * Declares what operations must know of a service, for `sightline ops`: give it as the default export of a module of its own, such as
 * `ops.config.js`. Its names are checked against the service's real metrics when `sightline ops` loads it.
 * @returns the definition
 * @throws a `ConfigurationError` that lists all misspelt or missing members
 */
export function defineOps(definition: OpsDefinition): OpsDefinition {
  const problems = new Problems();
  if (!isRecord(definition)) {
    problems.add(`defineOps() got ${valueText(definition)}. Pass an object: { service, team, declare, signals, … }.`);
    problems.check();
  }
  problems.unknownMembers('defineOps()', definition, members);
  problems.text('service', definition.service);
  problems.text('team', definition.team);
  if (definition.declare !== undefined && typeof definition.declare !== 'function') {
    problems.add(`declare is ${valueText(definition.declare)}. Pass a function that takes a collector.`);
  }
  problems.check();
  return definition;
}

const members: ReadonlyArray<keyof OpsDefinition> = [
  ...(['service', 'job', 'team', 'declare', 'packs', 'page', 'operations', 'signals', 'slos', 'queues'] as const),
  ...(['freshness', 'kpis', 'database', 'host', 'limits', 'disable', 'labelValues', 'links', 'target'] as const),
  ...(['notify', 'cluster', 'region'] as const),
];
