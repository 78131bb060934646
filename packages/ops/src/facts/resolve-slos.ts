import { didYouMean, valueText } from '@sightline/base';
import type { Signal, Slo } from '../model/facts.js';
import type { OpsDefinition } from './definition.js';
import { boundOf } from './durations.js';
import { idOf } from './inferred-signals.js';
import type { Problems } from './problems.js';

/** The objectives of a definition, each with its signal. */
export function resolveSlos(definition: OpsDefinition, signals: readonly Signal[], problems: Problems): Slo[] {
  return Object.entries(problems.record('slos', definition.slos)).flatMap(([id, value]) => {
    const subject = `slos.${id}`;
    if (idOf(id) !== id || id === '') {
      problems.add(`${subject}: an id has lower-case letters, digits and "-". Use "${idOf(id) || 'availability'}".`);
    }
    const slo = problems.record(subject, value);
    problems.unknownMembers(subject, slo, ['signal', 'objective', 'withinSeconds', 'minEvents']);
    const signal = signals.find((each) => each.id === slo['signal']);
    if (signal === undefined) {
      if (Object.hasOwn(definition.signals ?? {}, String(slo['signal']))) return []; // what is wrong with it is said already
      const ids = signals.map((each) => each.id);
      const hint = didYouMean(String(slo['signal']), ids) || ` Signals are ${ids.join(', ') || 'none'}.`;
      problems.add(`${subject}.signal: there is no signal ${valueText(slo['signal'])}.${hint}`);
      return [];
    }
    const objective = problems.share(`${subject}.objective`, slo['objective'] ?? Number.NaN, 0.99);
    const minEvents = problems.number(`${subject}.minEvents`, slo['minEvents'], 100, (n) => n >= 1, 'a number from 1');
    const within = withinOf(subject, slo['withinSeconds'], signal, problems);
    return [{ id, signal, objective, within, minEvents }];
  });
}

function withinOf(subject: string, given: unknown, signal: Signal, problems: Problems): number | undefined {
  if (given === undefined) {
    if (signal.errors === undefined) {
      problems.add(
        `${subject}: the signal "${signal.id}" has no errors. Give it some, or the objective a withinSeconds.`,
      );
    }
    return undefined;
  }
  if (signal.duration === undefined) {
    problems.add(`${subject}.withinSeconds: the signal "${signal.id}" has no duration. Give it one.`);
    return undefined;
  }
  const seconds = problems.number(`${subject}.withinSeconds`, given, 1, (n) => n > 0, 'seconds above 0');
  return boundOf(subject, signal.duration, seconds, problems);
}
