import { readFileSync } from 'node:fs';
import { livePageFields } from '@sightline/settings/fields';
import { expect, test } from 'vitest';
import { liveFields } from '../src/live/live-options.js';

// The guide is written by hand: the limits that it states for a service must be those of the code. The viewer's are tested with the viewer.

const guide = readFileSync(new URL('../../../docs/guides/live.md', import.meta.url), 'utf8');
const { maxMessages, maxPayloadBytes } = livePageFields;
const { maxSpans, maxLogLines, maxSeries, maxBytes } = liveFields;

test('the guide has the limits of a service', () => {
  const limits = new Map(
    [...guide.matchAll(/^\| ([\w ,()]+?) +\| ([\w ]+?) +\| [\w ]+? +\|$/gm)].map((row) => [row[1], row[2]]),
  );
  expect(Object.fromEntries(limits)).toMatchObject({
    'messages per topic': `${maxMessages.default} of ${maxPayloadBytes.default / 1024} kB`,
    'spans, log lines': `${maxSpans.default} each`,
    'series with history (an hour)': String(maxSeries.default),
    'all together': `${maxBytes.default / 2 ** 20} MB`,
  });
  expect(maxLogLines.default).toBe(maxSpans.default);
});

test('the text of the guide has the same numbers', () => {
  expect(guide).toContain(`Each topic keeps its last ${maxMessages.default} messages.`);
  expect(guide).toContain(`payloads cut to ${maxPayloadBytes.default / 1024} kB`);
});
