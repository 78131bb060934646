import type { Log } from '@sightline/base';
import type { Counter, MetricsCollector } from '@sightline/core';
import { quietly } from './quietly.js';

/** Asks a function of the service, named as its option. What fails is counted, told once, and answers `undefined`. Never throws. */
export type Ask = <T>(option: string, callback: () => T) => T | undefined;

export function callbackAsker(metrics: MetricsCollector, logger: Log | undefined): Ask {
  let failures: Counter<'callback'> | undefined;
  const told = new Set<string>();

  function failed(option: string, error: unknown): void {
    quietly(() => {
      failures ??= metrics.counter('sightline_http_callback_failures_total', {
        help: 'Calls of functions given to an adapter that failed, by the name of their option.',
        labelNames: ['callback'],
      });
      failures.inc({ callback: option });
    }, undefined);
    if (told.has(option)) return;
    told.add(option);
    const effect = option === 'propagateTo' ? 'the request carries no ids' : 'it counts as if it had not been given';
    const message = `[http] The option ${option} failed, so ${effect}. Further failures are counted, not logged.`;
    quietly(() => logger?.warn({ err: error, callback: option }, message), undefined);
  }

  return (option, callback) => {
    try {
      const answer = callback();
      if (!(answer instanceof Promise)) return answer;
      // Its rejection would end the process.
      answer.catch(() => {});
      failed(option, new TypeError('It returned a promise: it must answer at once.'));
    } catch (error) {
      failed(option, error);
    }
    return undefined;
  };
}
