import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { limitErrors } from '../../src/graphql/query-limits.js';

const messages = (source: string): readonly string[] => limitErrors(parse(source)).map(({ message }) => message);

test('six levels of fields are possible, also by fragments', () => {
  expect(messages('{ a { b { c { d { e { f } } } } } }')).toEqual([]);
  const tooDeep = ['The operation has 7 levels of fields. At most 6 are possible.'];
  expect(messages('{ a { b { c { d { e { f { g } } } } } } }')).toEqual(tooDeep);
  expect(messages('{ a { b { ...C } } } fragment C on X { c { ... on Y { d { e { f { g } } } } } }')).toEqual(tooDeep);
});

test('what asks for the schema has a rule of its own', () => {
  expect(messages('{ __schema { a { b { c { d { e { f { g } } } } } } } }')).toEqual([]);
});

test('each operation of a document counts by itself', () => {
  const aliases = Array.from({ length: 11 }, (_, i) => `x${i}: a`).join(' ');
  expect(messages(`query A { a } query B { ${aliases} }`)).toEqual([
    'The operation has 11 aliases. At most 10 are possible.',
  ]);
});
