import { isRecord, valueText } from '@sightline/base';
import type { Catalogue } from '../model/catalogue.js';
import type { DurationFact, ErrorFact, Selector, Signal } from '../model/facts.js';
import { canMeet } from '../promql/selectors.js';
import type { OpsDefinition } from './definition.js';
import { boundOf, durationOf, type SlowLimit, timeUnitOf } from './durations.js';
import { apiLimit, idOf, inferredSignals } from './inferred-signals.js';
import { countedName, type MetricLookup } from './metric-lookup.js';
import type { Problems } from './problems.js';

/** The declared signals, then those that the catalogue has by its names; a declared one takes the place of one with its id. */
export function resolveSignals(
  definition: OpsDefinition,
  catalogue: Catalogue,
  lookup: MetricLookup,
  problems: Problems,
): Signal[] {
  const declared = Object.entries(problems.record('signals', definition.signals)).flatMap(([id, given]) =>
    declaredSignal(id, given, lookup, problems),
  );
  const ids = new Set(declared.map(({ id }) => id));
  return [...declared, ...inferredSignals(catalogue).filter(({ id }) => !ids.has(id))];
}

function declaredSignal(id: string, given: unknown, lookup: MetricLookup, problems: Problems): Signal[] {
  const subject = `signals.${id}`;
  if (idOf(id) !== id || id === '') {
    problems.add(`${subject}: an id has lower-case letters, digits and "-". Use "${idOf(id) || 'work'}".`);
  }
  const signal = problems.record(subject, given);
  problems.unknownMembers(subject, signal, members);
  const requests = lookup.selector(`${subject}.requests`, signal['requests'], ['counter', 'histogram', 'summary']);
  if (requests === undefined) return [];
  const by = signal['by'];
  if (by !== undefined && typeof by !== 'string') problems.add(`${subject}.by is ${valueText(by)}. Pass a label.`);
  return [
    {
      id,
      title: problems.text(`${subject}.title`, signal['title'], id),
      kind: 'declared',
      requests: requests.selector,
      errors: errorsOf(subject, signal['errors'], requests.selector, lookup, problems),
      duration: declaredDuration(subject, signal, lookup, problems),
      active:
        signal['active'] === undefined
          ? undefined
          : lookup.selector(`${subject}.active`, signal['active'], ['gauge'])?.selector,
      by: typeof by === 'string' ? lookup.label(`${subject}.by`, requests.metric, by)?.name : undefined,
    },
  ];
}

function errorsOf(
  signal: string,
  given: unknown,
  requests: Selector,
  lookup: MetricLookup,
  problems: Problems,
): ErrorFact | undefined {
  if (given === undefined) return undefined;
  const subject = `${signal}.errors`;
  const errors = problems.record(subject, given);
  problems.unknownMembers(subject, errors, ['metric', 'where', 'relation']);
  const { relation } = errors;
  if (relation !== 'within' && relation !== 'besides') {
    problems.add(
      `${subject}.relation is ${valueText(relation)}. Pass "within" if failures are among the requests, "besides" if they are counted apart.`,
    );
  }
  const metric = lookup.metric(subject, errors['metric'], ['counter', 'histogram', 'summary']);
  if (metric === undefined) return undefined;
  const matchers = lookup.matchers(subject, metric, errors['where']);
  const name = countedName(metric);
  if (name === requests.metric && (relation === 'besides' || matchers.length === 0)) {
    problems.add(
      `${subject} counts in the same metric as the requests. Say which of them fail by where, with relation: "within".`,
    );
  }
  if (name === requests.metric && !canMeet(matchers, requests.matchers)) {
    problems.add(`${subject}.where excludes what requests.where asks for: no request could fail.`);
  }
  return {
    selector: { metric: name, matchers },
    relation: relation === 'besides' ? 'besides' : 'within',
    by: matchers[0]?.label ?? metric.labels[0]?.name,
  };
}

function declaredDuration(
  signal: string,
  { duration, slow }: Record<string, unknown>,
  lookup: MetricLookup,
  problems: Problems,
): DurationFact | undefined {
  if (duration === undefined) {
    if (slow !== undefined) problems.add(`${signal}.slow needs a duration.`);
    return undefined;
  }
  const subject = `${signal}.duration`;
  const { metric: name, where } = isRecord(duration) ? duration : { metric: duration, where: undefined };
  const metric = lookup.metric(subject, name, ['histogram']);
  if (metric === undefined) return undefined;
  const unit = timeUnitOf(metric);
  if (unit === undefined || metric.bounds === undefined || metric.bounds.length === 0) {
    problems.add(`${subject}: "${metric.name}" is not a histogram of seconds or milliseconds with buckets.`);
    return undefined;
  }
  const limit = slowLimit(`${signal}.slow`, slow, problems);
  const { name: histogram, bounds } = metric;
  if (slow !== undefined) boundOf(`${signal}.slow`, { histogram, bounds, unit }, limit.withinSeconds, problems);
  return durationOf(metric, lookup.matchers(subject, metric, where), limit);
}

function slowLimit(subject: string, given: unknown, problems: Problems): SlowLimit {
  if (given === undefined) return apiLimit;
  const { withinSeconds, share, ...others } = problems.record(subject, given);
  problems.unknownMembers(subject, others, ['withinSeconds', 'share']);
  return {
    withinSeconds: problems.number(
      `${subject}.withinSeconds`,
      withinSeconds ?? Number.NaN,
      1,
      (seconds) => seconds > 0,
      'seconds above 0',
    ),
    share: problems.share(`${subject}.share`, share, 0.95),
  };
}

const members = ['title', 'requests', 'errors', 'duration', 'active', 'by', 'slow'];
