import { W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import { type Deviation, describePropagator } from '@sightline/conformance/propagator';
import { describe, test } from 'vitest';

// What OpenTelemetry's own propagators do otherwise, by their sources at 2.12.0. A deviation that is gone fails here.
const runner = { describe, test };
const multiHeader = { injectEncoding: B3InjectEncoding.MULTI_HEADER };

const throwing = deviating('Whatever a getter or setter throws reaches the caller.', [
  'survives a carrier that throws when it is read',
  'survives a carrier that throws when it is written',
]);

describePropagator('W3CTraceContextPropagator', new W3CTraceContextPropagator(), {
  formats: ['w3c'],
  runner,
  deviations: [
    ...throwing,
    ...deviating('All flags are kept and written behind a fixed 0, so bits above the fourth make three digits.', [
      'sends unknown flags as zero',
      'sends unknown flags as zero if none is known',
    ]),
    ...deviating('Its expression allows one character of any white space at either end.', [
      'ignores white space around a traceparent',
      'rejects a line break behind a traceparent',
    ]),
    ...deviating('It takes the first of a list, and does not look behind the flags of a higher version.', [
      'rejects a repeated traceparent',
      'rejects a repeated higher version that a server joined',
    ]),
    ...deviating('It writes the tracestate of a list without members.', [
      'sends no tracestate of white space',
      'survives random messages, and sends on what it read',
    ]),
    ...deviating('It knows the keys of level 1.', [
      'keeps keys that begin with a digit',
      'keeps keys with @ in any place but the first',
      'keeps every character that a tracestate key may have',
    ]),
    ...deviating('It leaves out single members, as the specification allows and its test suite does not.', [
      'drops a list of 33 members',
      'drops a list with a key of 257 characters',
      'drops a list with a value of 257 characters',
      'drops a list with an empty value',
      'drops a list with an equals sign in a value',
      'drops a list with a member without an equals sign',
      'drops a list with an empty key',
      'drops a list with a key in capitals',
      'drops a list with a dot in a key',
      'drops a list with a space behind a key',
      'drops a list with a key that begins with @',
      'drops a list with a control character',
      'drops a list with a character outside of ASCII',
    ]),
    ...deviating('It keeps the members from the left that fit into 512 characters, of any length.', [
      'leaves out a long member of 513 characters together',
      'leaves out members of more than 128 characters first',
      'then leaves out members from the end',
    ]),
    ...deviating('It knows nothing of the random flag.', ['sends the random flag on with a child that has lost it']),
  ],
});

const b3Shared = [
  ...throwing,
  ...deviating('A decision left open is kept as a denial.', [
    'leaves a decision open that a single header leaves open',
    'leaves a decision open that several headers leave open',
  ]),
  ...deviating('Ids of 64 bits are padded and sent as 128.', [
    'keeps 64-bit trace ids of a single header',
    'keeps 64-bit trace ids of several headers',
  ]),
  ...deviating('It reads nothing without ids.', [
    'keeps a single header that only denies',
    'keeps a single header that only accepts',
    'keeps a single header that only debugs',
    'keeps headers that only deny',
    'keeps headers that only accept',
    'keeps headers that only debug',
  ]),
  ...deviating('Its expression for the single header is not anchored: it finds ids in the middle of a text.', [
    'rejects a single header with an empty state',
    'rejects an unknown state',
    'rejects true as the state of a single header',
    'rejects a malformed parent id',
    'rejects a fifth part',
    'rejects what stands before a trace id',
    'rejects what stands behind a state',
    'rejects trace ids of 31 digits',
    'rejects trace ids of 24 digits',
    'rejects a very long single header',
  ]),
  ...deviating('It looks for the other headers only if there is no single header.', [
    'reads the other headers beside a malformed single header',
  ]),
  ...deviating('Trace ids of any length are padded, and the parent id is not looked at.', [
    'rejects a trace id header of other lengths',
    'rejects a malformed parent id header',
    'rejects repeated ids of which the first is malformed',
  ]),
  ...deviating('Headers that were joined by commas are not taken apart.', [
    'takes the first of joined decisions',
    'takes the first of repeated ids',
  ]),
];

describePropagator('B3Propagator, single', new B3Propagator(), {
  formats: ['b3-single'],
  runner,
  deviations: [
    ...b3Shared,
    ...deviating('Debug of one encoding is lost in the other: the two keep it differently.', [
      'keeps debug of several headers',
      'takes debug for more than a denial',
      'takes the first of repeated flags',
    ]),
  ],
});

describePropagator('B3Propagator, multi', new B3Propagator(multiHeader), {
  formats: ['b3-multi'],
  runner,
  deviations: [
    ...b3Shared,
    ...deviating('Debug of one encoding is lost in the other: the two keep it differently.', [
      'keeps debug of a single header',
      'keeps debug of a single header with a parent',
      'keeps debug for a child that was not sampled',
    ]),
  ],
});

describePropagator('W3CBaggagePropagator', new W3CBaggagePropagator(), {
  formats: ['baggage'],
  runner,
  deviations: [
    ...throwing,
    ...deviating('Empty values are left out.', ['keeps empty values']),
    ...deviating('A member that decodeURIComponent refuses is left out.', [
      'replaces bytes that are no UTF-8',
      'keeps a percent sign that encodes nothing',
      'keeps every character that a key may have',
    ]),
    ...deviating('Metadata is written as it is given.', ['encodes what the value of a property may not hold']),
    ...deviating('Keys are percent-decoded.', ['does not decode keys']),
    ...deviating('Entries are assigned to an object with a prototype.', [
      'keeps keys that are names of object members',
      'reads back all baggage with token keys',
      'survives random messages, and sends on what it read',
    ]),
    ...deviating('The grammar of keys and values is not checked.', [
      'leaves out members with a space in the key',
      'leaves out members with a quote in the value',
      'leaves out members with a space in the value',
      'leaves out members with other characters than ASCII',
      'leaves out members with control characters',
    ]),
    ...deviating('Members of more than 4096 bytes are left out, a limit of an older draft.', [
      'keeps one member of 8192 bytes',
    ]),
    ...deviating('It takes for granted that values are texts.', ['ignores values that are no text']),
  ],
});

function deviating(reason: string, cases: readonly string[]): Deviation[] {
  return cases.map((name) => ({ case: name, reason }));
}
