import type { TextMapPropagator } from '@opentelemetry/api';
import { b3Propagator } from './b3-propagator.js';
import { baggagePropagator } from './baggage-propagator.js';
import { compositePropagator } from './composite-propagator.js';
import { jaegerExtractor } from './jaeger-extractor.js';
import { w3cPropagator } from './w3c-propagator.js';
import { xrayExtractor } from './xray-extractor.js';

export interface NamedPropagators {
  readonly propagator: TextMapPropagator;
  /** One sentence for each problem of the names; empty if there is none. */
  readonly problems: readonly string[];
}

const known: Readonly<Record<string, () => TextMapPropagator>> = {
  tracecontext: () => w3cPropagator,
  baggage: () => baggagePropagator,
  b3: () => b3Propagator(),
  b3multi: () => b3Propagator({ encoding: 'multi' }),
  jaeger: () => jaegerExtractor,
  xray: () => xrayExtractor,
};
const readOnly: readonly string[] = ['jaeger', 'xray'];

/** OpenTelemetry's default of `OTEL_PROPAGATORS`. */
export const DEFAULT_PROPAGATORS = 'tracecontext,baggage';

/**
 * The propagator that `OTEL_PROPAGATORS` names: `tracecontext`, `baggage`, `b3` (single header), `b3multi`, `jaeger` and
 * `xray` (both only read), in order of trust, or `none`. Never throws: an unknown name is left out and reported, and if no name
 * is left, the default is used.
 * @param names separated by commas, or a list; `undefined` and empty stand for the default
 */
export function propagatorFromNames(names: string | readonly string[] | undefined): NamedPropagators {
  const problems: string[] = [];
  const given = [...new Set(list(names))];
  const isNone = given.includes('none');
  if (isNone && given.length > 1) {
    problems.push(
      `"none" is ignored in "${given.join(',')}", because other propagators are named. Remove "none" or the others.`,
    );
  }
  const usable = given.filter((name) => {
    if (Object.hasOwn(known, name)) return true;
    if (name !== 'none') {
      problems.push(
        `"${name.slice(0, 100)}" is not a propagator and is left out. Allowed: ${Object.keys(known).join(', ')}, none.`,
      );
    }
    return false;
  });
  if (usable.length > 0 && usable.every((name) => readOnly.includes(name))) {
    problems.push(
      `"${usable.join(',')}" is read but not written, so this service sends no context. Add a propagator that writes.`,
    );
  }
  const isDefault = usable.length === 0 && !isNone;
  const chosen = isDefault ? list(DEFAULT_PROPAGATORS) : usable;
  return { propagator: compositePropagator(chosen.flatMap((name) => known[name]?.() ?? [])), problems };
}

function list(names: string | readonly string[] | undefined): string[] {
  const parts = typeof names === 'string' ? names.split(',') : Array.isArray(names) ? names : [];
  return parts.map((name) => String(name).trim().toLowerCase()).filter((name) => name !== '');
}
