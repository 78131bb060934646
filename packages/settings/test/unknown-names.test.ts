import { expect, test } from 'vitest';
import { unknownNames } from '../src/index.js';

test('an unknown option is shown short and without secrets, with what it may have been', () => {
  const given = { prot: 1, 'https://u:s3cret@h': 1, ['x'.repeat(10_000)]: 1 };
  const problems = unknownNames('shop', given, ['host', 'port']);
  expect(problems[0]).toBe('shop has an unknown option "prot". Did you mean "port"? Its options are host, port.');
  expect(problems[1]).toBe('shop has an unknown option "https://***@h". Its options are host, port.');
  expect(problems[2]?.length).toBeLessThan(400);
});

test('of very many unknown options the first ten are named, and the others counted', () => {
  const given = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`zz${i}`, i]));
  const problems = unknownNames('shop', given, ['host']);
  expect(problems.length).toBe(11);
  expect(problems.at(-1)).toBe('shop has 190 more unknown options.');
});
