import { expectExactly } from '../../conformance-failure.js';
import type { CaseGroup, ConformanceCase } from '../conformance-case.js';

/** Texts that one format or another takes for syntax. */
const texts: Readonly<Record<string, readonly string[]>> = {
  'an empty text': [''],
  quotes: ['say "hi"', "it's", '"'],
  backslashes: ['C:\\temp', '\\', '\\n', 'end\\'],
  'line breaks': ['two\nlines', 'carriage\rreturn', '\n'],
  tabs: ['a\tb'],
  'characters beyond ASCII': ['żółć', '日本語', 'naïve'],
  'characters beyond the basic plane': ['🙂', '👩‍👩‍👧‍👦', '𝒳'],
  commas: ['a,b', ','],
  pipes: ['a|b', '|c', '|#x:y'],
  colons: ['md:ticker', ':', 'a::b'],
  'number signs': ['a#b', '#'],
  'equals signs and semicolons': ['a=b', 'a;b', '='],
  'at signs': ['user@example.com', '@0.5'],
  slashes: ['/v1/orders', '..', 'a/b'],
  'braces, brackets and dollar signs': ['{a}', '}', '[0]', '$HOME'],
  'per cent signs and plus signs': ['50%', '%41', 'a+b'],
  'angle brackets and ampersands': ['<b>', 'a&b', '&amp;'],
  spaces: [' ', 'two words', ' around '],
  'names of object members': ['__proto__', 'constructor', 'toString', 'hasOwnProperty'],
  'texts that look like other values': ['null', 'undefined', 'NaN', 'true', '007', '1e3', '-0'],
  'capital letters': ['GET', 'get', 'Get'],
  'a thousand characters': ['x'.repeat(1000)],
};

export const labels: CaseGroup = {
  title: 'Labels',
  cases: [
    ...Object.entries(texts).map(([what, values]): ConformanceCase => keepsLabelValue(what, values)),
    {
      name: 'keeps series apart that a joined key would merge',
      why: 'Labels often come from outside, and their sender must not be able to merge two series.',
      async run({ metrics, read }) {
        const moves = metrics.counter('moves_total', { help: 'Moves.', labelNames: ['from', 'to'] });
        const pairs = [':', ',', '|', '"', '\\', '\n', '=', ';', ' ', '_', '/', '.'].flatMap((separator) => [
          { from: `a${separator}b`, to: 'c' },
          { from: 'a', to: `b${separator}c` },
        ]);
        pairs.push({ from: '', to: 'x' }, { from: 'x', to: '' }, { from: 'a","to":"b', to: 'c' });
        pairs.forEach((pair, i) => {
          moves.inc(pair, i + 1);
        });
        const seen = await read();
        pairs.forEach((pair, i) => {
          seen.expectValue('moves_total', pair, i + 1);
        });
        expectExactly(seen.pointsOf('moves_total').length, pairs.length);
      },
    },
    {
      name: 'takes labels in any order for the same series',
      why: 'Two call sites seldom agree on an order.',
      async run({ metrics, read }) {
        const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue', 'outcome'] });
        jobs.inc({ queue: 'mail', outcome: 'ok' });
        jobs.inc({ outcome: 'ok', queue: 'mail' });
        const seen = await read();
        seen.expectValue('jobs_total', { queue: 'mail', outcome: 'ok' }, 2);
        expectExactly(seen.pointsOf('jobs_total').length, 1);
      },
    },
    {
      name: 'takes numbers and booleans as their text',
      why: 'A status code is a number in the program and a label on the dashboard.',
      async run({ metrics, read }) {
        const answers = metrics.counter('answers_total', { help: 'Answers.', labelNames: ['status', 'cached'] });
        answers.inc({ status: 404, cached: false });
        answers.inc({ status: '404', cached: 'false' }, 2);
        (await read()).expectValue('answers_total', { status: '404', cached: 'false' }, 3);
      },
    },
    {
      name: 'leaves an optional label out if a recording has none',
      why: 'Absent, undefined and empty say the same, and a label without a value is no label in any peer.',
      async run({ metrics, read }) {
        const declared = {
          help: 'Logins.',
          labelNames: ['user', 'plan', 'status'],
          optionalLabels: ['plan', 'status'],
          integerLabels: ['status'],
        } as const;
        const logins = metrics.counter('logins_total', declared);
        logins.inc({ user: 'a' });
        logins.inc({ user: 'a', plan: '', status: undefined }, 2);
        logins.inc({ user: 'a', plan: 'pro' }, 5);
        logins.inc({ user: 'a', status: 200 }, 7);
        logins.inc({ user: 'a', status: '200', plan: undefined }, 4);
        metrics.histogram('login_seconds', { ...declared, buckets: [1] }).observe({ user: 'a', plan: 'pro' }, 0.5);
        metrics.gauge('open', { help: 'Open.', labelNames: ['plan'], optionalLabels: ['plan'] }).set({}, 3);
        const seen = await read();
        seen.expectValue('logins_total', { user: 'a' }, 3);
        seen.expectValue('logins_total', { user: 'a', plan: 'pro' }, 5);
        seen.expectValue('logins_total', { user: 'a', status: '200' }, 11);
        expectExactly(seen.pointsOf('logins_total').length, 3);
        seen.expectHistogram('login_seconds', { user: 'a', plan: 'pro' }, { count: 1 });
        seen.expectValue('open', {}, 3);
      },
    },
    {
      name: 'keeps label names in camel case',
      why: "Label names are the service's own; `errorType` and `errortype` are two.",
      async run({ metrics, read }) {
        const errors = metrics.counter('errors_total', { help: 'Errors.', labelNames: ['errorType'] });
        errors.inc({ errorType: 'Timeout' }, 2);
        (await read()).expectValue('errors_total', { errorType: 'Timeout' }, 2);
      },
    },
    {
      name: 'keeps label names that are names of object members',
      why: 'A label named `constructor` is only a name.',
      async run({ metrics, read }) {
        const calls = metrics.counter('calls_total', { help: 'Calls.', labelNames: ['constructor', 'valueOf'] });
        calls.inc({ constructor: 'a', valueOf: 'b' }, 2);
        (await read()).expectValue('calls_total', { constructor: 'a', valueOf: 'b' }, 2);
      },
    },
    {
      name: 'keeps ten labels',
      why: 'Formats with a limit must say so.',
      async run({ metrics, read }) {
        const names = Array.from({ length: 10 }, (_, i) => `label${i}`);
        const wide = metrics.gauge('wide', { help: 'Wide.', labelNames: names });
        const values = Object.fromEntries(names.map((name, i) => [name, `value ${i}`]));
        wide.set(values, 5);
        (await read()).expectValue('wide', values, 5);
      },
    },
    {
      name: 'puts default labels on every series',
      why: 'Which instance a number comes from is configured once.',
      options: { defaultLabels: { instance: 'a-1', zone: 'eu' } },
      async run({ metrics, read }) {
        metrics.counter('plain_total', { help: 'Plain.' }).inc(2);
        metrics.gauge('queued', { help: 'Queued.', labelNames: ['queue'] }).set({ queue: 'mail' }, 3);
        const seen = await read();
        seen.expectValue('plain_total', { instance: 'a-1', zone: 'eu' }, 2);
        seen.expectValue('queued', { queue: 'mail', instance: 'a-1', zone: 'eu' }, 3);
      },
    },
    {
      name: "puts a child's prefix and labels on what it declares",
      why: 'A library gets a child and knows nothing of who else records.',
      async run({ metrics, read }) {
        const orders = metrics.child({ prefix: 'orders_', labels: { team: 'sales' } });
        orders.counter('placed_total', { help: 'Placed.', labelNames: ['kind'] }).inc({ kind: 'new' }, 2);
        orders.gauge('open', { help: 'Open.' }).set(7);
        const seen = await read();
        seen.expectValue('orders_placed_total', { team: 'sales', kind: 'new' }, 2);
        seen.expectValue('orders_open', { team: 'sales' }, 7);
      },
    },
    {
      name: 'keeps two children of the same metric apart',
      why: 'Two pools of one library differ only in what their children are labelled with.',
      async run({ metrics, read }) {
        for (const [pool, count] of [
          ['read', 2],
          ['write', 5],
        ] as const) {
          metrics.child({ labels: { pool } }).counter('queries_total', { help: 'Queries.' }).inc(count);
        }
        const seen = await read();
        seen.expectValue('queries_total', { pool: 'read' }, 2);
        seen.expectValue('queries_total', { pool: 'write' }, 5);
      },
    },
  ],
};

function keepsLabelValue(what: string, values: readonly string[]): ConformanceCase {
  return {
    name: `keeps label values with ${what}`,
    why: 'A label value is any text; what is syntax on the wire must arrive as text.',
    async run({ metrics, read }) {
      const counted = metrics.counter('texts_total', { help: 'Texts.', labelNames: ['before', 'text', 'after'] });
      const lasting = metrics.histogram('text_seconds', { help: 'Texts.', labelNames: ['text'], buckets: [1] });
      values.forEach((text, i) => {
        counted.inc({ before: 'b', text, after: 'a' }, i + 1);
        lasting.observe({ text }, 0.5);
      });
      const seen = await read();
      values.forEach((text, i) => {
        seen.expectValue('texts_total', { before: 'b', text, after: 'a' }, i + 1);
        seen.expectHistogram('text_seconds', { text }, { count: 1 });
      });
      expectExactly(seen.pointsOf('texts_total').length, values.length);
    },
  };
}
