import type { Log } from '@sightline/base';
import type { Counter, MetricsCollector } from '@sightline/core';
import { quietly } from './quietly.js';

/** Calls a function of the service, named by its option. A failure is counted, logged once, and returns `undefined`. Never throws. */
export type Ask = <T>(option: string, callback: () => T) => T | undefined;

export function callbackAsker(metrics: MetricsCollector, logger: Log | undefined): Ask {
  let failures: Counter<'callback'> | undefined;
  const reported = new Set<string>();

  function failed(option: string, error: unknown): void {
    quietly(() => {
      failures ??= metrics.counter('sightline_http_callback_failures_total', {
        help: 'Failed calls of functions in the options of an adapter, by the name of the option.',
        labelNames: ['callback'],
      });
      failures.inc({ callback: option });
    }, undefined);
    if (reported.has(option)) return;
    reported.add(option);
    const effect = option === 'propagateTo' ? 'the request carries no ids' : 'its default applies';
    const message = `[http] The option ${option} failed, so ${effect}. Further failures are counted, not logged.`;
    quietly(() => logger?.warn({ err: error, callback: option }, message), undefined);
  }

  return (option, callback) => {
    try {
      const answer = callback();
      if (!(answer instanceof Promise)) return answer;
      // Its rejection would end the process.
      answer.catch(() => {});
      failed(option, new TypeError('It returned a promise. It must be synchronous.'));
    } catch (error) {
      failed(option, error);
    }
    return undefined;
  };
}
