import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EnvironmentReader, type EnvironmentRow } from '../src/index.js';
import { valueTypes } from '../src/value-types.js';

describe('reading text', () => {
  const formats = Object.values(valueTypes);

  test('never throws and never takes what it does not mean', () => {
    const words = fc.constantFrom(
      'constructor',
      '__proto__',
      'toString',
      'NaN',
      'Infinity',
      '1e3',
      '0x10',
      '-0',
      '%',
      '=',
      ',',
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), words), (text) => {
        for (const { parse } of formats) parse(text, {});
        expect([true, false, undefined]).toContain(valueTypes.boolean.parse(text, {}));
        const port = valueTypes.port.parse(text, {});
        expect(port === undefined || (Number.isInteger(port) && port >= 0 && port <= 65_535)).toBe(true);
        const intervalMs = valueTypes.seconds.parse(text, {});
        expect(intervalMs === undefined || (intervalMs >= 1 && intervalMs < 2 ** 31)).toBe(true);
      }),
    );
  });

  test('gives back any attributes that were percent-encoded', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((each) => each.trim() === each);
    fc.assert(
      fc.property(fc.dictionary(text, text), (attributes) => {
        const encoded = Object.entries(attributes).map((pair) => pair.map(encodeURIComponent).join('='));
        fc.pre(encoded.length > 0);
        expect(Object.entries(valueTypes.attributes.parse(encoded.join(','), {}) ?? {})).toEqual(
          Object.entries(attributes),
        );
      }),
    );
  });
});

test('of names that are left out no secret is shown', () => {
  const row: EnvironmentRow = {
    ...{ name: 'SHOP_PARTS', sets: 'parts', type: 'names', choices: { a: 'a' }, defaultText: '', description: '' },
  };
  const environment = new EnvironmentReader({ SHOP_PARTS: 'a,https://u:s3cret@h' });
  expect(environment.read(row, 'parts')?.value).toEqual(['a']);
  expect(environment.problems().join()).toContain('is left out');
  expect(environment.problems().join()).not.toContain('s3cret');
});
