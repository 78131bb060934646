import type { CqrsEvents } from '@sightline/cqrs';
import { createEvents } from '@sightline/events';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Broker } from '../src/bus/broker.js';
import { openBuses } from '../src/bus/open-buses.js';
import { testShop } from './test-shop.js';

test('a refusal that comes before the broker has accepted the command rejects the command, and nothing else', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  onTestFinished(() => void process.off('unhandledRejection', unhandled));
  const { broker, recorded, metrics, log } = await testShop();
  let accept: (() => void) | undefined;
  const accepted = new Promise<void>((resolve) => {
    accept = resolve;
  });
  let answered: (() => void) | undefined;
  const hasAnswer = new Promise<void>((resolve) => {
    answered = resolve;
  });
  const slowToAccept: Broker = {
    ...broker,
    async send(...message) {
      await broker.send(...message);
      await accepted;
    },
    consumeOwn: (topic, handle) =>
      broker.consumeOwn(topic, async (delivery) => {
        await handle(delivery);
        answered?.();
      }),
  };
  const { commands } = await openBuses({
    service: 'shop',
    broker: slowToAccept,
    telemetry: { spans: recorded.spans, metrics, clock: recorded.clock },
    log,
    events: createEvents<CqrsEvents>(),
  });
  const refused = commands.dispatch('PlaceOrder', { order: 'o-1', product: 'unicorn', quantity: 1 });
  await hasAnswer;
  await new Promise(setImmediate); // unhandled rejections are reported when the microtasks are done
  accept?.();
  await expect(refused).rejects.toThrow('There is no "unicorn" in this shop.');
  expect(unhandled).not.toHaveBeenCalled();
});
