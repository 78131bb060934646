import { expositionText } from '@sightline/backend-prometheus';
import { createMetrics } from '@sightline/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../scripts/rounds.js';
import { pageMetrics } from '../src/catalogue/page-metrics.js';
import { parsePage, parsePageInSlices } from '../src/exposition/parse-page.js';

const page = `# HELP jobs_total Jobs \\\\ done.
# TYPE jobs_total counter
jobs_total{queue="a\\"b\\\\c\\nd"} 3 1700000000000
# TYPE latency_seconds histogram
latency_seconds_bucket{le="0.1"} 1
latency_seconds_bucket{le="+Inf"} 2
latency_seconds_sum 0.4
latency_seconds_count 2
up 1
`;

describe('a page', () => {
  test('is read with its types, help texts and escaped labels', () => {
    const [jobs, latency, up] = parsePage(page);
    expect(jobs).toMatchObject({ name: 'jobs_total', type: 'counter', help: 'Jobs \\ done.' });
    expect([...(jobs?.samples[0]?.labels ?? [])]).toEqual([['queue', 'a"b\\c\nd']]);
    expect(latency).toMatchObject({ type: 'histogram' });
    expect(latency?.samples).toHaveLength(4);
    expect(up).toMatchObject({ type: 'unknown', samples: [{ value: 1 }] });
  });

  test('of OpenMetrics has suffixes, units and exemplars', () => {
    const [jobs, build] = parsePage(
      '# TYPE jobs counter\n# HELP jobs Jobs.\njobs_total 3 # {trace_id="a}b"} 1 1.5\njobs_created 1\n# TYPE build info\nbuild_info{v="1"} 1\n# EOF\n',
    );
    expect(jobs).toMatchObject({
      name: 'jobs',
      type: 'counter',
      unit: undefined,
      samples: [{ value: 3 }, { value: 1 }],
    });
    expect(build).toMatchObject({ type: 'info' });
  });

  test.each([
    ['a broken name', '9lives 1', 'Line 1 is no sample'],
    ['no value', 'up{} x', 'Line 1 has no value'],
    ['an open label', 'up{a="b} 1', 'Line 1 has broken labels'],
    ['a label twice', 'up{a="b",a="c"} 1', 'Line 1 has the label "a" twice'],
    ['a series twice', 'up{a="b",c="d"} 1\nup{c="d",a="b"} 1', 'Line 2 has a series that is there twice'],
    ['a type twice', '# TYPE up gauge\n# TYPE up gauge', 'Line 2 declares a type again'],
    ['an unknown type', '# TYPE up gadget', 'Line 1 has no type'],
    ['HTML', '<!doctype html>', 'Line 1 is no sample'],
    ['line ends of Windows', 'up 1\r\n', 'Line 1 ends with a carriage return'],
    ['a byte order mark', '\uFEFFup 1\n', 'Line 1 begins with a byte order mark'],
    ['a type of OpenMetrics', '# TYPE build info\nbuild 1', 'Line 1 has no type'],
    ['an exemplar, which only OpenMetrics has', 'up 1 # {trace_id="a"} 1', 'Line 1 has no value'],
    ['a value beyond 64 bits', 'up 1e400', 'Line 1 has no value'],
    ['two names', 'up{"down"} 1', 'Line 1 names two metrics'],
    ['the label of names', 'up{__name__="down"} 1', 'Line 1 has the label "__name__" twice'],
    ['a line behind the end of OpenMetrics', 'up 1\n# EOF\ndown 1\n# EOF\n', 'Line 3 is behind the end'],
    ['an empty line in OpenMetrics', 'up 1\n\n# EOF\n', 'Line 2 is no sample'],
    ['a broken exemplar', 'up 1 # {a="b} 1\n# EOF\n', 'Line 1 has a broken exemplar'],
    ['a unit that its name lacks', '# UNIT up seconds\n# EOF\n', 'Line 1 has a unit that the name does not end with'],
  ])('with %s is refused', (_what, text, message) => {
    expect(() => parsePage(text)).toThrow(message);
  });

  test('of Prometheus 3 has names and labels in quotes', () => {
    const [family] = parsePage('# TYPE "http.requests" counter\n{"http.requests","http.method"="a\\"b",code="2"} 1\n');
    expect(family).toMatchObject({ name: 'http.requests', type: 'counter', samples: [{ name: 'http.requests' }] });
    expect([...(family?.samples[0]?.labels ?? [])]).toEqual([
      ['http.method', 'a"b'],
      ['code', '2'],
    ]);
  });

  test('may have counters without a suffix, which keep their names', () => {
    expect(pageMetrics('# TYPE restarts counter\nrestarts 1\n').map(({ name }) => name)).toEqual(['restarts']);
    expect(pageMetrics('# TYPE jobs counter\njobs_total 1\n# EOF\n').map(({ name }) => name)).toEqual(['jobs_total']);
  });

  test('may have several points of a series at different times', () => {
    expect(parsePage('up 1 1700000000000\nup 2 1700000001000\n')[0]?.samples).toHaveLength(2);
  });

  test('has all of a help text, whatever ends a line elsewhere', () => {
    const help = 'a\u2028b\u2029c\u0085d\re';
    expect(parsePage(`# HELP up ${help}\nup 1\n`)[0]?.help).toBe(help);
    const exemplar = `# TYPE jobs counter\n# HELP jobs ${help}\njobs_total 1 # {trace_id="${help}"} 1\n# EOF\n`;
    expect(parsePage(exemplar)).toMatchObject([{ name: 'jobs', help }]);
  });

  test('is the same when it is read in slices', async () => {
    const long = `${page}${Array.from({ length: 5000 }, (_, i) => `many{id="${i}"} ${i}\n`).join('')}`;
    expect(await parsePageInSlices(long, 'text', new AbortController().signal)).toEqual(parsePage(long));
    await expect(parsePageInSlices(`${long}many{id="1"} 1\n`, 'text', new AbortController().signal)).rejects.toThrow(
      'Line 5010 has a series that is there twice',
    );
  });

  test('of OpenMetrics must end', () => {
    expect(() => parsePage('up 1\n', 'openmetrics')).toThrow('ends with a line "# EOF"');
  });

  test('may have a value of a label that is as long as the page', () => {
    const long = 'a'.repeat(2 ** 24);
    expect(parsePage(`up{a="${long}"} 1\n`)[0]?.samples[0]?.labels.get('a')).toHaveLength(2 ** 24);
  });

  test.each(['text', 'openmetrics'] as const)('of ours is read back as it was recorded, as %s', (format) => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string({ minLength: 1 }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (help, label, value) => {
          const metrics = createMetrics();
          metrics.gauge('depth', { help: `x${help}`, labelNames: ['queue'] }).set({ queue: label }, value);
          metrics.histogram('size_bytes', { help: 'Sizes.', buckets: [1, 1e7] }).observe(2);
          const families = parsePage(expositionText(metrics.snapshot(), { format }));
          const depth = families.find(({ name }) => name === 'depth');
          expect(depth?.type).toBe('gauge');
          const [sample] = depth?.samples ?? [];
          expect(sample?.labels.get('queue')).toBe(label);
          expect(sample?.value).toBe(value);
          expect(
            pageMetrics(expositionText(metrics.snapshot(), { format })).find(({ name }) => name === 'size_bytes')
              ?.bounds,
          ).toEqual([1, 1e7]);
        },
      ),
      { numRuns: rounds(1000) },
    );
  });
});
