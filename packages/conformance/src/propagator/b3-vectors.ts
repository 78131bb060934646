import type { B3Vector } from './trace-vectors.js';

const traceId = '80f198ee56343ba864fe8b2a57d3eff7';
const short = '64fe8b2a57d3eff7';
const spanId = 'e457b5a2e4d86bd1';
const parentId = '05e3ac9a4f6e3b90';
const ids = { 'x-b3-traceid': traceId, 'x-b3-spanid': spanId };
const accepted = { traceId, spanId, isSampled: true };
const denied = { traceId, spanId, isSampled: false };
const acceptedOut = { single: { b3: `${traceId}-${spanId}-1` }, multi: { ...ids, 'x-b3-sampled': '1' } };
const deniedOut = { single: { b3: `${traceId}-${spanId}-0` }, multi: { ...ids, 'x-b3-sampled': '0' } };
const deferredOut = { single: { b3: `${traceId}-${spanId}` }, multi: ids };
const debugOut = { single: { b3: `${traceId}-${spanId}-d` }, multi: { ...ids, 'x-b3-flags': '1' } };
const shortIn = { traceId: short.padStart(32, '0'), spanId, isSampled: true };
const shortOut = {
  single: { b3: `${short}-${spanId}-1` },
  multi: { 'x-b3-traceid': short, 'x-b3-spanid': spanId, 'x-b3-sampled': '1' },
};

/** openzipkin/b3-propagation: both encodings are read, the single header first. */
export const b3Vectors: readonly B3Vector[] = [
  single('reads a single header', `${traceId}-${spanId}-1`, accepted, acceptedOut),
  single('reads a denied single header', `${traceId}-${spanId}-0`, denied, deniedOut),
  single('sends no parent id', `${traceId}-${spanId}-1-${parentId}`, accepted, acceptedOut),
  single('keeps debug of a single header', `${traceId}-${spanId}-d`, accepted, debugOut),
  single('keeps debug of a single header with a parent', `${traceId}-${spanId}-d-${parentId}`, accepted, debugOut),
  single('leaves a decision open that a single header leaves open', `${traceId}-${spanId}`, denied, deferredOut),
  single('keeps 64-bit trace ids of a single header', `${short}-${spanId}-1`, shortIn, shortOut),
  single('ignores white space around a single header', ` ${traceId}-${spanId}-1\t`, accepted, acceptedOut),
  decision('keeps a single header that only denies', { b3: '0' }, { b3: '0' }, { 'x-b3-sampled': '0' }),
  decision('keeps a single header that only accepts', { b3: '1' }, { b3: '1' }, { 'x-b3-sampled': '1' }),
  decision('keeps a single header that only debugs', { b3: 'd' }, { b3: 'd' }, { 'x-b3-flags': '1' }),
  rejected('rejects an empty single header', ''),
  rejected('rejects a single header of a dash', '-'),
  rejected('rejects a single header without a span id', traceId),
  rejected('rejects a single header with an empty state', `${traceId}-${spanId}-`),
  rejected('rejects an unknown state', `${traceId}-${spanId}-2`),
  rejected('rejects an unknown state alone', 'x'),
  rejected('rejects true as the state of a single header', `${traceId}-${spanId}-true`),
  rejected('rejects a malformed parent id', `${traceId}-${spanId}-1-xyz`),
  rejected('rejects a fifth part', `${traceId}-${spanId}-1-${parentId}-1`),
  rejected('rejects what stands before a trace id', `x${traceId}-${spanId}-1`),
  rejected('rejects what stands behind a state', `${traceId}-${spanId}-1x`),
  rejected('rejects trace ids of zeroes', `${'0'.repeat(32)}-${spanId}-1`),
  rejected('rejects span ids of zeroes', `${traceId}-${'0'.repeat(16)}-1`),
  rejected('rejects trace ids of 31 digits', `${traceId.slice(1)}-${spanId}-1`),
  rejected('rejects trace ids of 24 digits', `${traceId.slice(8)}-${spanId}-1`),
  rejected('rejects short span ids', `${traceId}-${spanId.slice(1)}-1`),
  rejected('rejects capital letters in a single header', `${traceId.toUpperCase()}-${spanId}-1`),
  rejected('rejects a very long single header', `${traceId}-${spanId}-1-${'a'.repeat(100_000)}`),
  { name: 'rejects a repeated single header', headers: { b3: ['0', '1'] }, trace: undefined },
  {
    name: 'prefers the single header',
    headers: { b3: `${traceId}-${spanId}-0`, ...ids, 'x-b3-spanid': parentId, 'x-b3-sampled': '1' },
    trace: denied,
    sent: deniedOut,
  },
  {
    name: 'reads the other headers beside a malformed single header',
    headers: { b3: 'nonsense', ...ids, 'x-b3-sampled': '1' },
    trace: accepted,
    sent: acceptedOut,
  },
  multi('reads several headers', { ...ids, 'x-b3-sampled': '1' }, accepted, acceptedOut),
  multi('reads several denied headers', { ...ids, 'x-b3-sampled': '0' }, denied, deniedOut),
  multi('reads the old spelling of accept', { ...ids, 'x-b3-sampled': 'true' }, accepted, acceptedOut),
  multi('reads the old spelling of deny', { ...ids, 'x-b3-sampled': 'false' }, denied, deniedOut),
  multi('leaves a decision open that several headers leave open', ids, denied, deferredOut),
  multi('keeps debug of several headers', { ...ids, 'x-b3-flags': '1' }, accepted, debugOut),
  multi('takes debug for more than a denial', { ...ids, 'x-b3-flags': '1', 'x-b3-sampled': '0' }, accepted, debugOut),
  multi('ignores other flags', { ...ids, 'x-b3-flags': '2', 'x-b3-sampled': '0' }, denied, deniedOut),
  multi(
    'sends no parent id of several headers',
    { ...ids, 'x-b3-parentspanid': parentId, 'x-b3-sampled': '1' },
    accepted,
    acceptedOut,
  ),
  multi(
    'keeps 64-bit trace ids of several headers',
    { 'x-b3-traceid': short, 'x-b3-spanid': spanId, 'x-b3-sampled': '1' },
    shortIn,
    shortOut,
  ),
  decision('keeps headers that only deny', { 'x-b3-sampled': '0' }, { b3: '0' }, { 'x-b3-sampled': '0' }),
  decision('keeps headers that only accept', { 'x-b3-sampled': '1' }, { b3: '1' }, { 'x-b3-sampled': '1' }),
  decision('keeps headers that only debug', { 'x-b3-flags': '1' }, { b3: 'd' }, { 'x-b3-flags': '1' }),
  none('rejects headers without a span id', { 'x-b3-traceid': traceId, 'x-b3-sampled': '1' }),
  none('rejects headers without a trace id', { 'x-b3-spanid': spanId, 'x-b3-sampled': '1' }),
  none('rejects an unknown decision', { ...ids, 'x-b3-sampled': 'maybe' }),
  none('rejects an empty decision', { ...ids, 'x-b3-sampled': '' }),
  none('rejects a trace id header of zeroes', { ...ids, 'x-b3-traceid': '0'.repeat(32) }),
  none('rejects a span id header of zeroes', { ...ids, 'x-b3-spanid': '0'.repeat(16) }),
  none('rejects a trace id header of other lengths', { ...ids, 'x-b3-traceid': 'abc' }),
  none('rejects a span id header of other lengths', { ...ids, 'x-b3-spanid': 'abc' }),
  none('rejects a malformed parent id header', { ...ids, 'x-b3-parentspanid': '-', 'x-b3-sampled': '1' }),
  multi('takes the first of repeated decisions', { ...ids, 'x-b3-sampled': ['1', '0'] }, accepted, acceptedOut),
  multi('takes the first of joined decisions', { ...ids, 'x-b3-sampled': '0, 1' }, denied, deniedOut),
  multi('takes the first of repeated flags', { ...ids, 'x-b3-flags': ['1', '1'] }, accepted, debugOut),
  multi(
    'takes the first of repeated ids',
    {
      'x-b3-traceid': [traceId, traceId.replace('8', '9')],
      'x-b3-spanid': `${spanId},${parentId}`,
      'x-b3-sampled': '1',
    },
    accepted,
    acceptedOut,
  ),
  none('rejects repeated ids of which the first is malformed', { ...ids, 'x-b3-traceid': ['abc', traceId] }),
];

type Sent = NonNullable<B3Vector['sent']>;

function single(name: string, b3: string, trace: B3Vector['trace'], sent: Sent): B3Vector {
  return { name, headers: { b3 }, trace, sent };
}

function multi(name: string, headers: B3Vector['headers'], trace: B3Vector['trace'], sent: Sent): B3Vector {
  return { name, headers, trace, sent };
}

function rejected(name: string, b3: string): B3Vector {
  return { name, headers: { b3 }, trace: undefined };
}

function none(name: string, headers: B3Vector['headers']): B3Vector {
  return { name, headers, trace: undefined };
}

function decision(name: string, headers: B3Vector['headers'], b3: Sent['single'], out: Sent['multi']): B3Vector {
  return { name, headers, trace: undefined, sent: { single: b3, multi: out } };
}
