import { readFileSync } from 'node:fs';
import { livePageFields } from '@sightline/settings/fields';
import { expect, test } from 'vitest';
import { MAX_VIEWERS } from '../../src/http/viewers.js';
import { viewerLimits } from '../../src/store/index.js';
import { viewerFields } from '../../src/viewer/viewer-options.js';

// The guide is written by hand: what it states of the viewer must be what the code does.

const guide = readFileSync(new URL('../../../../docs/guides/live.md', import.meta.url), 'utf8');
const { maxMessages, maxPayloadBytes } = livePageFields;
const { port, otlpHttpPort, otlpGrpcPort, maxSpans, maxLogLines, maxSeries, maxBytes } = viewerFields;

test('the guide has the limits of the viewer', () => {
  const rows = [...guide.matchAll(/^\| ([\w ,()]+?) +\| ([\w ]+?) +\| ([\w ]+?) +\|$/gm)].map((row) => row.slice(1));
  expect(Object.fromEntries(rows.map(([kept, , inViewer]) => [kept, inViewer]))).toMatchObject({
    'messages per topic': `${maxMessages.default} of ${maxPayloadBytes.default / 1024} kB`,
    'spans, log lines': `${spaced(maxSpans.default)} each`,
    'series with history (an hour)': spaced(maxSeries.default),
    'all together': `${maxBytes.default / 2 ** 20} MB`,
  });
  expect(rows.at(-1)).toEqual(['viewers at a time', String(MAX_VIEWERS), String(MAX_VIEWERS)]);
});

test('the options have the defaults of the store', () => {
  expect(viewerLimits).toMatchObject({
    maxSpans: maxSpans.default,
    maxLogLines: maxLogLines.default,
    maxChannels: maxSeries.default,
    maxBytes: maxBytes.default,
  });
  expect(maxLogLines.default).toBe(maxSpans.default);
});

test('the guide has the ports', () => {
  expect(guide).toContain(
    `\`--port ${port.default}\`, \`--otlp-http-port ${otlpHttpPort.default}\`, \`--otlp-grpc-port ${otlpGrpcPort.default}\``,
  );
  expect(guide).toContain(`on port ${otlpHttpPort.default}, gRPC on ${otlpGrpcPort.default},`);
});

/** With a space between thousands. */
function spaced(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ' ');
}
