import { type Context, createTraceState, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { alwaysOff, alwaysOn, parentBased, ratioSampler, type Sampler } from '@sightline/tracing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withThreshold } from '../../src/sampling/ot-trace-state.js';
import { passes, probabilityOf, thresholdOf } from '../../src/sampling/threshold.js';

const traceIds = fc.stringMatching(/^[\da-f]{32}$/);
const ratios = fc.double({ min: 2 ** -50, max: 1, noNaN: true });

function decide(sampler: Sampler, traceId: string, context: Context = ROOT_CONTEXT) {
  const { decision, traceState } = sampler.shouldSample(context, traceId, 'work', 0, {}, []);
  return { isSampled: decision === 2, traceState: traceState?.serialize() };
}

function under(traceState: string | undefined, { isSampled = true, isRemote = true, traceId = id('0') } = {}): Context {
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId: '1'.repeat(16),
    traceFlags: isSampled ? 1 : 0,
    isRemote,
    ...(traceState === undefined ? {} : { traceState: createTraceState(traceState) }),
  });
}

/** A trace id whose randomness begins with these digits. */
const id = (digits: string): string => `${'a'.repeat(18)}${digits.padEnd(14, '0')}`;

describe('thresholds', () => {
  // The table of the specification, 4 digits of precision.
  test.each([
    [1, '0'],
    [1 / 2, '8'],
    [1 / 3, 'aaab'],
    [1 / 4, 'c'],
    [1 / 5, 'cccd'],
    [1 / 8, 'e'],
    [1 / 10, 'e666'],
    [1 / 16, 'f'],
    [1 / 100, 'fd70a'],
    [1 / 1000, 'ffbe77'],
    [1 / 10_000, 'fff9724'],
    [1 / 100_000, 'ffff583a'],
    [1 / 1_000_000, 'ffffef39'],
  ])('of %d are those of the specification', (ratio, threshold) => {
    expect(thresholdOf(ratio)).toBe(threshold);
  });

  test('have at most 14 digits and mean what was asked for, within their precision', () => {
    fc.assert(
      fc.property(ratios, (ratio) => {
        const threshold = thresholdOf(ratio);
        expect(threshold).toMatch(/^(0|[\da-f]{0,13}[1-9a-f])$/);
        if (ratio > 2 ** -40) expect(probabilityOf(threshold) / ratio).toBeCloseTo(1, 2);
      }),
    );
  });

  test('compare as numbers do', () => {
    fc.assert(
      fc.property(traceIds, fc.stringMatching(/^[\da-f]{1,14}$/), (traceId, threshold) => {
        const isNotBelow = BigInt(`0x${traceId.slice(18)}`) >= BigInt(`0x${threshold.padEnd(14, '0')}`);
        expect(passes(threshold, traceId)).toBe(isNotBelow);
      }),
    );
  });
});

describe('a ratio', () => {
  test('samples by the last 7 bytes of the trace id, and says so in the tracestate', () => {
    const sampler = ratioSampler(0.25);
    expect(decide(sampler, id('c'))).toEqual({ isSampled: true, traceState: 'ot=th:c' });
    expect(decide(sampler, id('bfffffffffffff'))).toEqual({ isSampled: false, traceState: undefined });
  });

  test('samples what any smaller one samples', () => {
    fc.assert(
      fc.property(traceIds, ratios, ratios, (traceId, a, b) => {
        const [smaller, larger] = a < b ? [a, b] : [b, a];
        if (decide(ratioSampler(smaller), traceId).isSampled) {
          expect(decide(ratioSampler(larger), traceId).isSampled).toBe(true);
        }
      }),
    );
  });

  test.each([0.01, 0.1, 0.5, 0.9])('of %d samples about that many', (ratio) => {
    const sampler = ratioSampler(ratio);
    const total = 20_000;
    // A sequence that is spread evenly, so that the test does not fail by chance.
    let sampled = 0;
    for (let i = 0; i < total; i++) {
      const fraction = (i * 0.618_033_988_749_894_9) % 1;
      const digits = Math.floor(fraction * 2 ** 48)
        .toString(16)
        .padStart(12, '0');
      if (decide(sampler, id(digits)).isSampled) sampled++;
    }
    expect(Math.abs(sampled / total - ratio)).toBeLessThan(0.002);
  });

  test('of 1 samples all, of 0 none', () => {
    fc.assert(
      fc.property(traceIds, (traceId) => {
        expect(decide(ratioSampler(1), traceId)).toEqual({ isSampled: true, traceState: 'ot=th:0' });
        expect(decide(ratioSampler(0), traceId).isSampled).toBe(false);
        expect(decide(ratioSampler(2 ** -60), traceId).isSampled).toBe(false);
      }),
    );
  });

  test('takes explicit randomness for that of the trace id, and keeps it', () => {
    const sampler = ratioSampler(0.25);
    expect(decide(sampler, id('0'), under('ot=rv:c0000000000000'))).toEqual({
      isSampled: true,
      traceState: 'ot=th:c;rv:c0000000000000',
    });
    expect(decide(sampler, id('f'), under('ot=th:8;rv:bfffffffffffff'))).toEqual({
      isSampled: false,
      traceState: 'ot=rv:bfffffffffffff',
    });
  });

  test.each(['rv:c', 'rv:C0000000000000', 'rv:c00000000000000', 'rv'])('ignores malformed randomness %s', (rv) => {
    expect(decide(ratioSampler(0.25), id('f'), under(`ot=${rv}`)).isSampled).toBe(true);
    expect(decide(ratioSampler(0.25), id('0'), under(`ot=${rv}`)).isSampled).toBe(false);
  });

  test('keeps what other vendors and other concerns have written', () => {
    expect(decide(ratioSampler(0.5), id('f'), under('acme=1,ot=k1:13;th:4;p:8,zipkin=2')).traceState).toBe(
      'ot=th:8;k1:13;p:8,acme=1,zipkin=2',
    );
    expect(decide(ratioSampler(0.5), id('0'), under('acme=1,ot=th:4,zipkin=2'))).toEqual({
      isSampled: false,
      traceState: 'acme=1,zipkin=2',
    });
  });

  test.each([-0.1, 1.1, Number.NaN, '0.5' as unknown as number])('of %s is refused', (ratio) => {
    expect(() => ratioSampler(ratio)).toThrow('[tracing] A sampling ratio must be a number from 0 to 1');
  });

  test('has the name that OpenTelemetry gives it', () => {
    expect(String(ratioSampler(0.1))).toBe('TraceIdRatioBased{0.1}');
    expect([String(alwaysOn), String(alwaysOff)]).toEqual(['AlwaysOnSampler', 'AlwaysOffSampler']);
  });
});

describe('the tracestate', () => {
  const vendors = fc.uniqueArray(fc.stringMatching(/^[a-n][a-z\d]{0,5}$/), { maxLength: 5 });
  const others = fc.uniqueArray(fc.stringMatching(/^[a-s][a-z\d]{0,3}:[\w.-]{0,5}$/), {
    maxLength: 4,
    selector: (member) => member.split(':')[0],
  });

  test('gives back the threshold, and keeps everything else', () => {
    fc.assert(
      fc.property(vendors, others, fc.stringMatching(/^[\da-f]{1,14}$/), (names, members, threshold) => {
        const entries = [
          ...names.map((name) => `${name}=1`),
          ...(members.length > 0 ? [`ot=${members.join(';')}`] : []),
        ];
        const before = entries.length === 0 ? undefined : createTraceState(entries.join(','));
        const after = withThreshold(before, threshold);
        expect(after?.get('ot')?.split(';')).toEqual([`th:${threshold}`, ...members]);
        for (const name of names) expect(after?.get(name)).toBe('1');
        expect(withThreshold(after, undefined)?.get('ot')).toBe(before?.get('ot'));
      }),
    );
  });

  test('is left alone if the entry would become too long', () => {
    const full = createTraceState(`ot=k:${'x'.repeat(253)}`);
    expect(withThreshold(full, 'c')).toBe(full);
  });
});

describe('parentBased', () => {
  const sampler = parentBased(ratioSampler(0.25));

  test('asks about roots, and lets children follow', () => {
    expect(decide(sampler, id('c'))).toEqual({ isSampled: true, traceState: 'ot=th:c' });
    expect(decide(sampler, id('0')).isSampled).toBe(false);
    for (const isRemote of [true, false]) {
      expect(decide(sampler, id('0'), under(undefined, { isRemote })).isSampled).toBe(true);
      expect(decide(sampler, id('f'), under(undefined, { isRemote, isSampled: false })).isSampled).toBe(false);
    }
  });

  test('asks each sampler about its kind of parent', () => {
    const flipped = parentBased({
      root: alwaysOff,
      remoteParentSampled: alwaysOff,
      remoteParentNotSampled: alwaysOn,
      localParentSampled: alwaysOff,
      localParentNotSampled: alwaysOn,
    });
    expect(decide(flipped, id('0')).isSampled).toBe(false);
    for (const isRemote of [true, false]) {
      for (const isSampled of [true, false]) {
        expect(decide(flipped, id('0'), under(undefined, { isRemote, isSampled })).isSampled).toBe(!isSampled);
      }
    }
  });

  test('takes a parent without valid ids for none', () => {
    const context = trace.setSpanContext(ROOT_CONTEXT, { traceId: 'x', spanId: 'y', traceFlags: 1 });
    expect(decide(sampler, id('0'), context).isSampled).toBe(false);
  });

  test('keeps the threshold of a remote parent that fits its decision, and erases one that does not', () => {
    const fitting = under('ot=th:8,acme=1', { traceId: id('8') });
    const lying = under('ot=th:8,acme=1', { traceId: id('7') });
    const alsoLying = under('ot=th:8;rv:90000000000000', { traceId: id('7'), isSampled: false });
    expect(decide(sampler, id('8'), fitting)).toEqual({ isSampled: true, traceState: undefined }); // the parent's
    expect(decide(sampler, id('7'), lying)).toEqual({ isSampled: true, traceState: 'acme=1' });
    expect(decide(sampler, id('7'), alsoLying)).toEqual({ isSampled: false, traceState: 'ot=rv:90000000000000' });
  });

  test('samples traces for debugging', () => {
    const debugKey = Symbol.for('sightline.tracing.debug.v1');
    const off = parentBased(alwaysOff);
    expect(decide(off, id('0'), ROOT_CONTEXT.setValue(debugKey, true)).isSampled).toBe(true);
    expect(decide(off, id('0'), under(undefined, { isSampled: false }).setValue(debugKey, true)).isSampled).toBe(true);
    expect(decide(off, id('0'), ROOT_CONTEXT.setValue(debugKey, 'true')).isSampled).toBe(false);
  });

  test('says what it is made of', () => {
    expect(String(parentBased(alwaysOn))).toBe(
      'ParentBased{root=AlwaysOnSampler, remoteParentSampled=AlwaysOnSampler, remoteParentNotSampled=AlwaysOffSampler, ' +
        'localParentSampled=AlwaysOnSampler, localParentNotSampled=AlwaysOffSampler}',
    );
  });
});
