import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { openMetricsDraftExposition, openMetricsExposition, textExposition } from '../src/exposition-format.js';
import { negotiateExposition, prefersGzip } from '../src/negotiate.js';

vi.setConfig({ testTimeout: 60_000 }); // random inputs take as long as the machine lets them

const om = openMetricsExposition;
const draft = openMetricsDraftExposition;
const text = textExposition;

const prometheus242 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const prometheus3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,' +
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
const prometheusWithProtobuf =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,' +
  'application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const prometheusBefore226 = 'application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

describe('the format of an exposition', () => {
  test.each([
    ['nothing asked for', undefined, text],
    ['an empty header', '', text],
    ['Prometheus 2.42', prometheus242, om],
    ['Prometheus 3', prometheus3, om],
    ['Prometheus with native histograms', prometheusWithProtobuf, om],
    ['Prometheus before 2.26, which asks for the draft', prometheusBefore226, draft],
    ['Prometheus configured for text', 'text/plain;version=0.0.4;q=0.5,*/*;q=0.1', text],
    ['a browser', browser, text],
    ['curl', '*/*', text],
    ['an HTTP client library', 'application/json, text/plain, */*', text],
    ['OpenMetrics without a version', 'application/openmetrics-text', om],
    ['an unknown version of OpenMetrics', 'application/openmetrics-text;version=9.0.0', text],
    ['a quoted version', 'application/openmetrics-text; version="1.0.0"; charset="utf-8"', om],
    ['upper case', 'APPLICATION/OpenMetrics-Text; VERSION=1.0.0', om],
    ['text preferred', 'application/openmetrics-text;version=1.0.0;q=0.3, text/plain;q=0.9', text],
    ['equal weight: the richer format', 'text/plain, application/openmetrics-text', om],
    ['text refused', 'text/plain;q=0, */*', om],
    ['OpenMetrics refused', 'application/openmetrics-text;q=0, */*', text],
    [
      'the most specific range decides',
      'application/openmetrics-text;version=1.0.0;q=0.1, application/*;q=1, text/plain;q=0.5',
      draft,
    ],
    ['any application type', 'application/*', om],
    [
      'only protobuf',
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited',
      text,
    ],
    ['everything refused', '*/*;q=0', text],
    ['a q-value that is none', 'application/openmetrics-text;q=high, text/plain;q=0.1', text],
    ['a q-value above 1', 'application/openmetrics-text;q=5, text/plain', text],
    ['a comma within quotes', 'text/plain;note="a,application/openmetrics-text"', text],
    ['a quote that never ends', 'application/openmetrics-text;version="1.0.0', text],
  ])('%s', (_, accept, exposition) => {
    expect(negotiateExposition(accept)).toBe(exposition);
  });

  test('is one of ours for any header', () => {
    const bits = fc.constantFrom(
      'text/plain',
      'application/openmetrics-text',
      '*/*',
      ';',
      ',',
      'q=',
      '0.5',
      'version=',
      '1.0.0',
      '"',
      '\\',
      ' ',
    );
    const headers = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(bits).map((parts) => parts.join('')),
    );
    fc.assert(fc.property(headers, (accept) => [om, draft, text].includes(negotiateExposition(accept))));
  });
});

describe('compression', () => {
  test.each([
    [undefined, false],
    ['', false],
    ['gzip', true],
    ['GZIP', true],
    ['x-gzip', true],
    ['gzip, deflate, br', true],
    ['gzip;q=0', false],
    ['gzip;q=0.000, *', false],
    ['*', true],
    ['*;q=0', false],
    ['identity', false],
    ['identity;q=1, gzip;q=0.5', false],
    ['identity;q=0.5, gzip;q=1', true],
    ['identity;q=0', false],
    ['br;q=1.0, gzip;q=0.8', true],
    ['gzip;q=nonsense', false],
  ])('Accept-Encoding %j: %s', (acceptEncoding, isGzip) => {
    expect(prefersGzip(acceptEncoding)).toBe(isGzip);
  });
});
