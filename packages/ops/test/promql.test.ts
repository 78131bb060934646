import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { logqlErrors, promqlErrors } from '../src/promql/parse.js';
import { bucketOf, canMeet, equal, literalPattern, oneOf, series } from '../src/promql/selectors.js';

vi.setConfig({ testTimeout: 60_000 }); // random inputs take as long as the machine lets them

describe('a selector', () => {
  test('has its scope before its own matchers', () => {
    const selector = { metric: 'jobs_total', matchers: [equal('queue', 'mail')] };
    expect(series(selector, [equal('job', 'shop')])).toBe('jobs_total{job="shop",queue="mail"}');
  });

  test.each(['inf', 'Inf', 'nan', 'NaN'])('of a metric called %s is not the number', (metric) => {
    expect(series({ metric, matchers: [equal('a', 'b')] })).toBe(`{__name__="${metric}",a="b"}`);
  });

  test('can meet another unless a label differs', () => {
    const of = (...values: string[]) => [oneOf('queue', values)];
    expect(canMeet(of('a|b', 'c\\'), of('c\\', 'd'))).toBe(true);
    expect(canMeet(of('a|b'), of('a', 'b'))).toBe(false);
    expect(canMeet(of('a'), [equal('other', 'b')])).toBe(true);
    expect(canMeet([], of('a'))).toBe(true);
  });

  test('is parsed by PromQL for any value of a label', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string(), { minLength: 1 }), (value, values) => {
        const text = series({ metric: 'a', matchers: [equal('b', value), oneOf('c', values)] });
        expect(promqlErrors(text)).toEqual([]);
      }),
    );
  });

  test.each([
    [1, ['1', '1.0'], ['10', '1x0', '11']],
    [0.1, ['0.1'], ['0x1']],
    [1e6, ['1000000', '1e+06', '1000000.0'], ['1ee06']],
    [1e-7, ['1e-07', '1e-7'], ['1']],
  ])('of the bucket %s matches every way to write it', (bound, written, others) => {
    const { operator, value } = bucketOf(bound);
    const isMatch = (text: string) => (operator === '=' ? text === value : new RegExp(`^(?:${value})$`).test(text));
    expect(written.filter(isMatch)).toEqual(written);
    expect(others.filter(isMatch)).toEqual([]);
  });

  test('of a literal pattern matches the text alone', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(new RegExp(`^(?:${literalPattern(text)})$`, 's').test(text)).toBe(true);
      }),
    );
  });
});

describe('parsing', () => {
  test.each(['rate(', 'sum(rate(a[5m]) by (b)', 'a{b=}', ''])('finds what is wrong in %s', (expr) => {
    expect(promqlErrors(expr)).not.toEqual([]);
  });

  test('lets Grafana’s variables stand', () => {
    expect(promqlErrors('rate(a{job=~"$job"}[$__rate_interval])')).toEqual([]);
    expect(promqlErrors('topk($top, a)')).toEqual([]);
  });

  test('knows LogQL', () => {
    expect(logqlErrors('{service_name="shop"} | json | level >= 50')).toEqual([]);
    expect(logqlErrors('{service_name="shop"} | json | level >=')).not.toEqual([]);
  });
});
