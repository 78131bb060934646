import { describeBackend, type ReceivedWindow } from '@sightline/conformance/backend';
import { describe, test } from 'vitest';
import { acmeBackend } from './fixtures/acme-backend.js';

describeBackend({
  name: 'acme',
  delivery: 'push',
  temporality: 'delta',
  histogramNeed: 'explicit',
  deviations: [
    {
      case: 'leaves recording and shutdown working when it cannot start',
      reason: 'Starting opens nothing, so it cannot fail.',
    },
  ],
  runner: { describe, test },

  create() {
    const messages: string[] = [];
    let isReachable = true;
    let answer = Promise.resolve();
    const backend = acmeBackend({
      async send(message) {
        if (!isReachable) throw new Error('Acme is unreachable.');
        await answer;
        messages.push(message);
      },
    });
    return {
      backend,
      messages,
      hold() {
        let release = (): void => {};
        answer = new Promise((resolve) => {
          release = resolve;
        });
        return release;
      },
      cut() {
        isReachable = false;
        return () => {
          isReachable = true;
        };
      },
    };
  },

  received: ({ messages }) => messages.map((message): ReceivedWindow => JSON.parse(message)),
});
