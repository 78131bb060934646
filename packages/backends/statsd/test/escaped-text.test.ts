import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { escapedText } from '../src/escaped-text.js';
import { unescaped } from './read-lines.js';

const letters = { all: /^[\w-]*$/ };

test.each([
  ['BTC_JPY', 'BTC_JPY'],
  ['eu-west-1', 'eu-west-1'],
  ['', '--'],
  ['a|b', 'a--7Cb'],
  ['md:ticker', 'md--3Aticker'],
  ['é', '--C3--A9'],
  ['🙂', '--F0--9F--99--82'],
  ['--', '--2D-'],
  ['a--b', 'a--2D-b'],
  ['-|', '--2D--7C'],
  ['|-', '--7C-'],
  ['--7C', '--2D-7C'],
])('%j is written as %s', (text, written) => {
  expect(escapedText(text, letters)).toBe(written);
});

test('no two texts are written alike, for each can be read back', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.string({ unit: fc.constantFrom('-', '7', 'C', '|', '.', 'é'), maxLength: 12 }),
  );
  fc.assert(
    fc.property(text, (original) => {
      const written = escapedText(original, letters);
      expect(written).toMatch(/^[\w-]+$/);
      expect(unescaped(written)).toBe(original);
    }),
    { numRuns: rounds(2000) },
  );
});
