import { DeclarationError, type MetricsCollector, noopMetrics } from '@sightline/core';

/** Declares metrics one by one, for code that is running already: a service's own metrics may have taken a name. */
export interface EachDeclared {
  /** Gives what `declare` gives; an instrument that records nothing where the collector refuses it. */
  <I>(name: string, declare: (metrics: MetricsCollector) => I): I;
  /** What was refused, by name. */
  readonly refused: ReadonlyMap<string, DeclarationError>;
}

export function declareEach(metrics: MetricsCollector): EachDeclared {
  const refused = new Map<string, DeclarationError>();
  const declareOne = <I>(name: string, declare: (metrics: MetricsCollector) => I): I => {
    try {
      return declare(metrics);
    } catch (error) {
      if (!(error instanceof DeclarationError)) throw error;
      refused.set(name, error);
      return declare(noopMetrics);
    }
  };
  return Object.assign(declareOne, { refused });
}

/** The reasons, each once: one name may stand in the way of several metrics. */
export function reasonsOf(refused: EachDeclared['refused']): string {
  return [...new Set([...refused.values()].map(({ message }) => message))].join(' ');
}
