import { propagation } from '@opentelemetry/api';
import { expectThat } from '../conformance-failure.js';
import { extractFrom, givenContext, injected } from './carrier.js';
import type { PropagatorCase } from './propagator-case.js';

/** A baggage header, and the entries it holds. */
export interface BaggageVector {
  readonly name: string;
  readonly header: string | readonly string[];
  /** In order; a third element is the metadata. Empty: nothing is read, and the context stays. */
  readonly entries: ReadonlyArray<readonly [key: string, value: string, metadata?: string]>;
  /** What is written for what was read; left out if it is not looked at. */
  readonly sent?: string | undefined;
}

/** W3C Baggage. */
export const baggageVectors: readonly BaggageVector[] = [
  {
    name: 'reads one entry',
    header: 'SomeKey=SomeValue',
    entries: [['SomeKey', 'SomeValue']],
    sent: 'SomeKey=SomeValue',
  },
  {
    name: 'reads several entries',
    header: 'a=1,b=2',
    entries: [
      ['a', '1'],
      ['b', '2'],
    ],
    sent: 'a=1,b=2',
  },
  {
    name: 'joins repeated headers',
    header: ['a=1', 'b=2,c=3'],
    entries: [
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
    ],
  },
  {
    name: 'ignores white space',
    header: ' a \t = \t 1 \t , b=2 ',
    entries: [
      ['a', '1'],
      ['b', '2'],
    ],
    sent: 'a=1,b=2',
  },
  { name: 'keeps equals signs in values', header: 'a=1=2==', entries: [['a', '1=2==']] },
  {
    name: 'keeps empty values',
    header: 'a=,b=2',
    entries: [
      ['a', ''],
      ['b', '2'],
    ],
    sent: 'a=,b=2',
  },
  {
    name: 'keeps properties',
    header: 'a=1;p;q=2,b=2;r=%20',
    entries: [
      ['a', '1', 'p;q=2'],
      ['b', '2', 'r=%20'],
    ],
    sent: 'a=1;p;q=2,b=2;r=%20',
  },
  {
    name: 'ignores white space around properties',
    header: 'a=1 \t ; \t p \t ; \t q \t = \t 2',
    entries: [['a', '1', 'p;q=2']],
  },
  { name: 'decodes values', header: 'a=Am%C3%A9lie%20%25%2C%3B', entries: [['a', 'Amélie %,;']] },
  {
    name: 'encodes what a value may not hold',
    header: 'a=%22%5C%2C%3B%20%25%C3%A9%0A',
    entries: [['a', '"\\,; %é\n']],
    sent: 'a=%22%5C%2C%3B%20%25%C3%A9%0A',
  },
  {
    name: 'replaces bytes that are no UTF-8',
    header: 'a=%FF%C3,b=2',
    entries: [
      ['a', '\ufffd\ufffd'],
      ['b', '2'],
    ],
  },
  {
    name: 'keeps a percent sign that encodes nothing',
    header: 'a=50%,b=%zz',
    entries: [
      ['a', '50%'],
      ['b', '%zz'],
    ],
  },
  { name: 'does not decode keys', header: 'a%20b=1', entries: [['a%20b', '1']], sent: 'a%20b=1' },
  {
    name: 'keeps keys that are names of object members',
    header: '__proto__=1,constructor=2,toString=3',
    entries: [
      ['__proto__', '1'],
      ['constructor', '2'],
      ['toString', '3'],
    ],
    sent: '__proto__=1,constructor=2,toString=3',
  },
  {
    name: 'keeps every character that a key may have',
    header: "!#$%&'*+-.^_`|~09azAZ=1",
    entries: [["!#$%&'*+-.^_`|~09azAZ", '1']],
  },
  {
    name: 'takes the last of equal keys',
    header: 'a=1,b=2,a=3',
    entries: [
      ['a', '3'],
      ['b', '2'],
    ],
  },
  { name: 'leaves out members without an equals sign', header: 'a,b=2', entries: [['b', '2']] },
  { name: 'leaves out members without a key', header: '=1,b=2', entries: [['b', '2']] },
  { name: 'leaves out members with a space in the key', header: 'a b=1,b=2', entries: [['b', '2']] },
  { name: 'leaves out members with a quote in the value', header: 'a="1",b=2', entries: [['b', '2']] },
  { name: 'leaves out members with a space in the value', header: 'a=1 2,b=2', entries: [['b', '2']] },
  { name: 'leaves out members with other characters than ASCII', header: 'a=é,b=2', entries: [['b', '2']] },
  { name: 'leaves out members with control characters', header: 'a=1\u0000,b=2', entries: [['b', '2']] },
  { name: 'reads nothing of an empty header', header: '', entries: [] },
  { name: 'reads nothing of commas', header: ',,, ,', entries: [] },
  { name: 'reads nothing of nonsense', header: 'nonsense;x', entries: [] },
  { name: 'keeps 64 members', header: numbered(64), entries: numberedEntries(64), sent: numbered(64) },
  {
    name: 'keeps one member of 8192 bytes',
    header: `a=${'x'.repeat(8190)}`,
    entries: [['a', 'x'.repeat(8190)]],
    sent: `a=${'x'.repeat(8190)}`,
  },
  {
    name: 'leaves out whole members beyond 8192 bytes',
    header: thousands(10).map(([key, value]) => `${key}=${value}`),
    entries: thousands(8),
  },
];

export function baggageCase(vector: BaggageVector, why: string): PropagatorCase {
  return {
    name: vector.name,
    why,
    formats: ['baggage'],
    run(propagator) {
      const context = extractFrom(propagator, { baggage: vector.header });
      const entries = propagation.getBaggage(context)?.getAllEntries() ?? [];
      const read = entries.map(([key, { value, metadata }]) =>
        metadata === undefined ? [key, value] : [key, value, String(metadata).replaceAll(/[ \t]/g, '')],
      );
      expectThat(
        JSON.stringify(read) === JSON.stringify(vector.entries),
        () => `Read ${shortened(read)} where ${shortened(vector.entries)} is right.`,
      );
      if (vector.entries.length === 0) {
        expectThat(context === givenContext, () => 'Nothing was read, but the context is another one.');
      }
      if (vector.sent === undefined) return;
      const written = injected(propagator, context)['baggage'];
      expectThat(
        written === vector.sent,
        () => `Wrote ${shortened(written)} where ${shortened(vector.sent)} is right.`,
      );
    },
  };
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= 500 ? text : `${text.slice(0, 500)}…`;
}

function numbered(count: number): string {
  return numberedEntries(count)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

function numberedEntries(count: number): Array<[string, string]> {
  return Array.from({ length: count }, (_, i) => [`k${i}`, String(i)]);
}

/** Entries that are a thousand bytes each as they are sent. */
function thousands(count: number): Array<[string, string]> {
  return Array.from({ length: count }, (_, i) => [`k${i}`, 'x'.repeat(997)]);
}
