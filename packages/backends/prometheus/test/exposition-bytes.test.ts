import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExpositionBytes, escaped } from '../src/exposition-bytes.js';
import { valueText } from '../src/number-text.js';

function written(write: (page: ExpositionBytes) => void): string {
  const page = new ExpositionBytes();
  write(page);
  page.keep();
  return page.take().toString();
}

test('a value has the same text as anywhere else', () => {
  const value = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -0, -1, 9, 10, 2 ** 31 - 1, 2 ** 31, 2 ** 53));
  fc.assert(fc.property(value, (given) => written((page) => page.addValue(given)) === valueText(given)));
});

test('a label value is escaped, whatever is in it', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom('\\', '"', '\n', 'a', 'é', '😀') }),
  );
  fc.assert(fc.property(text, (given) => written((page) => page.addLabelValue(given)) === escaped(given)));
});

test('half of a surrogate pair becomes the replacement character', () => {
  expect(written((page) => page.addLabelValue('a\ud800b'))).toBe('a\ufffdb');
});

test('what is longer than a chunk is whole', () => {
  const long = 'x'.repeat(200_000);
  const text = written((page) => {
    page.addText('é');
    page.addLabelValue(long);
    page.addCopy(0, page.length);
    page.add(Buffer.from(long));
  });
  expect(text === `é${long}é${long}${long}`).toBe(true);
});

describe('what was written since it was kept', () => {
  test('can be dropped', () => {
    expect(
      written((page) => {
        page.addText('kept');
        page.keep();
        page.addText('dropped');
        page.drop();
      }),
    ).toBe('kept');
  });

  test('stays when a chunk was taken in between', () => {
    const page = new ExpositionBytes();
    page.addText('first');
    page.keep();
    const first = page.take();
    page.addText('second');
    page.keep();
    expect([first.toString(), page.take().toString()]).toEqual(['first', 'second']);
  });
});
