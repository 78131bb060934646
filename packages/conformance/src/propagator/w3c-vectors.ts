import type { TraceVector } from './trace-vectors.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';
const sent = (flags: string): string => `00-${traceId}-${spanId}-${flags}`;
const sampled = { traceId, spanId, isSampled: true };
const unsampled = { traceId, spanId, isSampled: false };
const traceparent = sent('01');

/** W3C Trace Context level 2, section 3.2. */
export const traceparentVectors: readonly TraceVector[] = [
  { name: 'reads a sampled traceparent', headers: { traceparent }, trace: sampled, sent: { traceparent } },
  {
    name: 'reads an unsampled traceparent',
    headers: { traceparent: sent('00') },
    trace: unsampled,
    sent: { traceparent: sent('00') },
  },
  {
    name: 'keeps the random flag',
    headers: { traceparent: sent('02') },
    trace: unsampled,
    sent: { traceparent: sent('02') },
  },
  {
    name: 'keeps the random flag of a sampled trace',
    headers: { traceparent: sent('03') },
    trace: sampled,
    sent: { traceparent: sent('03') },
  },
  {
    name: 'sends unknown flags as zero',
    headers: { traceparent: sent('ff') },
    trace: sampled,
    sent: { traceparent: sent('03') },
  },
  {
    name: 'sends unknown flags as zero if none is known',
    headers: { traceparent: sent('fc') },
    trace: unsampled,
    sent: { traceparent: sent('00') },
  },
  {
    name: 'ignores white space around a traceparent',
    headers: { traceparent: ` \t${traceparent}\t ` },
    trace: sampled,
    sent: { traceparent },
  },
  { name: 'reads a traceparent given as a list of one', headers: { traceparent: [traceparent] }, trace: sampled },
  {
    name: 'reads a higher version',
    headers: { traceparent: `cc${traceparent.slice(2)}` },
    trace: sampled,
    sent: { traceparent },
  },
  {
    name: 'reads a higher version that goes on',
    headers: { traceparent: `cc${traceparent.slice(2)}-what-comes-later` },
    trace: sampled,
    sent: { traceparent },
  },
  nothing('rejects a higher version that goes on without a dash', `cc${traceparent.slice(2)}.later`),
  nothing('rejects version ff', `ff${traceparent.slice(2)}`),
  nothing('rejects version ff that goes on', `ff${traceparent.slice(2)}-later`),
  nothing('rejects version 00 that goes on', `${traceparent}-later`),
  nothing('rejects version 00 with a dash at its end', `${traceparent}-`),
  nothing('rejects an empty traceparent', ''),
  nothing('rejects a traceparent that ends early', traceparent.slice(0, -1)),
  nothing('rejects flags of three digits', `${traceparent}1`),
  nothing('rejects a version of one digit', traceparent.slice(1)),
  nothing('rejects a version of three digits', `0${traceparent}`),
  nothing('rejects a version that is not hexadecimal', `.0${traceparent.slice(2)}`),
  nothing('rejects flags that are not hexadecimal', sent('0.')),
  nothing('rejects capital letters in flags', sent('0A')),
  nothing('rejects a trace id of zeroes', `00-${'0'.repeat(32)}-${spanId}-01`),
  nothing('rejects a parent id of zeroes', `00-${traceId}-${'0'.repeat(16)}-01`),
  nothing('rejects capital letters in a trace id', `00-${traceId.toUpperCase()}-${spanId}-01`),
  nothing('rejects capital letters in a parent id', `00-${traceId}-${spanId.toUpperCase()}-01`),
  nothing('rejects a trace id that is not hexadecimal', `00-${traceId.slice(0, -1)}g-${spanId}-01`),
  nothing('rejects a parent id that is not hexadecimal', `00-${traceId}-${spanId.slice(0, -1)}.-01`),
  nothing('rejects a trace id of 31 digits', `00-${traceId.slice(1)}-${spanId}-01`),
  nothing('rejects a parent id of 17 digits', `00-${traceId}-0${spanId}-01`),
  nothing('rejects other separators', traceparent.replaceAll('-', '_')),
  nothing('rejects digits of other scripts', `00-${traceId.replace('4', '４')}-${spanId}-01`),
  nothing('rejects a NUL in a traceparent', `${traceparent}\0`),
  nothing('rejects a line break behind a traceparent', `${traceparent}\n`),
  nothing('rejects a very long traceparent', `${traceparent}-${'a'.repeat(100_000)}`),
  {
    name: 'rejects a repeated traceparent',
    headers: { traceparent: [traceparent, `00-${traceId.replace('4', '5')}-${spanId}-01`] },
    trace: undefined,
  },
  nothing('rejects a repeated traceparent that a server joined', `${traceparent}, ${traceparent}`),
  nothing('rejects a repeated higher version that a server joined', `cc${traceparent.slice(2)}-x, ${traceparent}`),
  { name: 'rejects a list of no traceparent', headers: { traceparent: [] }, trace: undefined },
  { name: 'reads no tracestate without a traceparent', headers: { tracestate: 'foo=1' }, trace: undefined },
];

/** W3C Trace Context level 2, section 3.3, as strictly as its test suite. */
export const tracestateVectors: readonly TraceVector[] = [
  state('keeps a tracestate', 'foo=1,bar=2', 'foo=1,bar=2'),
  {
    name: 'keeps the tracestate of an unsampled trace',
    headers: { traceparent: sent('00'), tracestate: 'foo=1,bar=2' },
    trace: unsampled,
    sent: { traceparent: sent('00'), tracestate: 'foo=1,bar=2' },
  },
  state('joins repeated tracestates in their order', ['foo=1,bar=2', 'rojo=1', 'baz=3'], 'foo=1,bar=2,rojo=1,baz=3'),
  state('ignores white space around members', ' foo=1 \t , \t bar=2\t', 'foo=1,bar=2'),
  state('keeps spaces in front of a value', 'foo=  1,bar=a b', 'foo=  1,bar=a b'),
  state('ignores empty members', 'foo=1,,\t,bar=2,', 'foo=1,bar=2'),
  state('ignores an empty tracestate beside another', ['foo=1', ''], 'foo=1'),
  state('sends no empty tracestate', '', undefined),
  state('sends no tracestate of white space', ' \t', undefined),
  state('keeps keys that begin with a digit', '1a=1,bar=2', '1a=1,bar=2'),
  state('keeps keys with @ in any place but the first', 'foo@=1,a@@b=2,t@u@v=3', 'foo@=1,a@@b=2,t@u@v=3'),
  state('keeps every character that a tracestate key may have', 'az09_-*/@=1', 'az09_-*/@=1'),
  state('keeps every character that a tracestate value may have', `foo=${printable()}`, `foo=${printable()}`),
  state('keeps a key of 256 characters', `foo=1,${'z'.repeat(256)}=1`, `foo=1,${'z'.repeat(256)}=1`),
  state('keeps a value of 256 characters', `foo=${'v'.repeat(256)}`, `foo=${'v'.repeat(256)}`),
  state('keeps 32 members', members(32), members(32)),
  state('drops a list of 33 members', members(33), undefined),
  state('drops a list with a key of 257 characters', `foo=1,${'z'.repeat(257)}=1`, undefined),
  state('drops a list with a value of 257 characters', `foo=1,bar=${'v'.repeat(257)}`, undefined),
  state('drops a list with an empty value', 'foo=,bar=3', undefined),
  state('drops a list with an equals sign in a value', 'foo=1,bar=2=3', undefined),
  state('drops a list with a member without an equals sign', 'foo=1,bar', undefined),
  state('drops a list with an empty key', '=1,foo=1', undefined),
  state('drops a list with a key in capitals', 'FOO=1,bar=2', undefined),
  state('drops a list with a dot in a key', 'foo.bar=1,bar=2', undefined),
  state('drops a list with a space behind a key', 'foo =1,bar=2', undefined),
  state('drops a list with a key that begins with @', '@foo=1,bar=2', undefined),
  state('drops a list with a control character', 'foo=1\u0007,bar=2', undefined),
  state('drops a list with a character outside of ASCII', 'foo=é,bar=2', undefined),
  state('sends 512 characters', twoHundreds(104), twoHundreds(104)),
  state(
    'leaves out a long member of 513 characters together',
    twoHundreds(105),
    `a=${'x'.repeat(200)},c=${'z'.repeat(105)}`,
  ),
  state(
    'leaves out members of more than 128 characters first',
    `a=${'x'.repeat(200)},b=${'y'.repeat(200)},c=1,d=${'z'.repeat(100)},e=2`,
    `a=${'x'.repeat(200)},c=1,d=${'z'.repeat(100)},e=2`,
  ),
  state('then leaves out members from the end', fives(6), fives(5)),
];

function nothing(name: string, header: string): TraceVector {
  return { name, headers: { traceparent: header }, trace: undefined };
}

function state(name: string, tracestate: string | readonly string[], written: string | undefined): TraceVector {
  return {
    name,
    headers: { traceparent, tracestate },
    trace: sampled,
    sent: { traceparent, ...(written === undefined ? {} : { tracestate: written }) },
  };
}

function members(count: number): string {
  return Array.from({ length: count }, (_, i) => `k${i}=${i}`).join(',');
}

/** Three members, 512 characters with 104 in the last one. */
function twoHundreds(last: number): string {
  return `a=${'x'.repeat(200)},b=${'y'.repeat(200)},c=${'z'.repeat(last)}`;
}

/** Members of a hundred characters each, with their commas. */
function fives(count: number): string {
  return Array.from({ length: count }, (_, i) => `${i}=${'x'.repeat(97)}`).join(',');
}

function printable(): string {
  const codes = Array.from({ length: 0x7e - 0x20 + 1 }, (_, i) => 0x20 + i);
  return String.fromCharCode(...codes.filter((code) => code !== 0x2c && code !== 0x3d));
}
