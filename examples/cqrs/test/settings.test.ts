import { expect, test } from 'vitest';
import { readSettings } from '../src/settings.js';

test('by default, two orders and no broker', () => {
  expect(readSettings({})).toEqual({
    brokerUrl: undefined,
    dataFolder: undefined,
    cardDelayMs: 20,
    wishes: [
      { product: 'tea', quantity: 2 },
      { product: 'espresso-machine', quantity: 1 },
    ],
  });
  expect(readSettings({}, ['piano', 'mug:12']).wishes).toEqual([
    { product: 'piano', quantity: 1 },
    { product: 'mug', quantity: 12 },
  ]);
});

test('all problems are reported at once, and no password', () => {
  const read = () => readSettings({ BROKER_URL: 'http://me:secret@x', CARD_DELAY_MS: 'soon' }, ['tea:0']);
  expect(read).toThrow(/BROKER_URL is not the address[\s\S]*CARD_DELAY_MS is "soon"[\s\S]*"tea:0" is not a wish/);
  expect(read).not.toThrow(/secret/);
});
