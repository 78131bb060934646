import { ROOT_CONTEXT } from '@opentelemetry/api';
import { alwaysOff, alwaysOn, nameRules, samplerFromName } from '@sightline/tracing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cpuTime } from '../../../../scripts/cpu-time.js';
import { rounds } from '../../../../scripts/rounds.js';
import { matchesGlob } from '../../src/sampling/name-rules.js';

const isSampled = (sampler: ReturnType<typeof nameRules>, name: string): boolean =>
  sampler.shouldSample(ROOT_CONTEXT, 'f'.repeat(32), name, 0, {}, []).decision === 2;

describe('rules by name', () => {
  test('let the first that matches decide', () => {
    const sampler = nameRules({
      rules: [
        { name: 'GET /health/deep', sampler: alwaysOn },
        { name: 'GET /health*', sampler: alwaysOff },
        { name: '* /admin/?', sampler: alwaysOff },
      ],
    });
    expect(
      ['GET /health/deep', 'GET /health', 'GET /healthz', 'PUT /admin/1', 'PUT /admin/12', 'GET /'].map((name) =>
        isSampled(sampler, name),
      ),
    ).toEqual([true, false, false, false, true, true]);
  });

  test('fall back to another sampler', () => {
    const sampler = nameRules({ rules: [{ name: 'a*', sampler: alwaysOn }], otherwise: alwaysOff });
    expect([isSampled(sampler, 'abc'), isSampled(sampler, 'xyz')]).toEqual([true, false]);
  });

  test('say what one is when they are given something else', () => {
    expect(() => nameRules({ rules: [{ name: 'a' } as never] })).toThrow(
      '[tracing] A sampling rule must be { name, sampler }',
    );
  });

  test('match as the same pattern of a regular expression does', () => {
    const glob = fc.stringMatching(/^[ab*?]{0,8}$/);
    fc.assert(
      fc.property(glob, fc.stringMatching(/^[ab]{0,10}$/), (pattern, text) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(matchesGlob(pattern, text)).toBe(expression.test(text));
      }),
      { numRuns: rounds(500) },
    );
  });

  test('take no time that grows with more than their length times that of the name', async () => {
    const ms = await cpuTime(() => expect(matchesGlob('*a'.repeat(20), `${'a'.repeat(5000)}b`)).toBe(false));
    expect(ms).toBeLessThan(500);
  });
});

describe('samplerFromName', () => {
  test.each<[string, string | undefined, string]>([
    ['always_on', undefined, 'AlwaysOnSampler'],
    ['always_off', undefined, 'AlwaysOffSampler'],
    ['traceidratio', '0.25', 'TraceIdRatioBased{0.25}'],
    ['traceidratio', undefined, 'TraceIdRatioBased{1}'],
    ['parentbased_always_on', undefined, 'ParentBased{root=AlwaysOnSampler'],
    ['parentbased_always_off', '', 'ParentBased{root=AlwaysOffSampler'],
    ['parentbased_traceidratio', ' 0.5 ', 'ParentBased{root=TraceIdRatioBased{0.5}'],
    ['adaptive', '20', 'AdaptiveSampler{20}'],
    [' Parentbased_Adaptive', '', 'AdaptiveSampler{100}'],
  ])('%s with %j', (name, arg, expected) => {
    const { sampler, problem } = samplerFromName(name, arg);
    expect(String(sampler).startsWith(expected)).toBe(true);
    expect(problem).toBeUndefined();
  });

  test('reports a wrong argument, and uses the default', () => {
    expect(samplerFromName('traceidratio', '10%')).toMatchObject({
      problem: 'the argument "10%" is no ratio from 0 to 1; 1 is used instead.',
    });
    expect(String(samplerFromName('traceidratio', '10%').sampler)).toBe('TraceIdRatioBased{1}');
    expect(samplerFromName('adaptive', '0').problem).toBe(
      'the argument "0" is no number of traces per second above 0; 100 is used instead.',
    );
    expect(String(samplerFromName('adaptive', 'many').sampler)).toBe('AdaptiveSampler{100}');
  });

  test('lists the known names', () => {
    const { sampler, problem } = samplerFromName('jaeger_remote', 'endpoint=http://localhost');
    expect(sampler).toBeUndefined();
    expect(problem).toContain(
      'there is no sampler "jaeger_remote". Allowed are always_on, always_off, ratio, traceidratio,',
    );
  });
});
