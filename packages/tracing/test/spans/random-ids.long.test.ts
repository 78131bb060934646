import { describe, expect, test } from 'vitest';
import { randomIds } from '../../src/spans/random-ids.js';

const kinds = [
  { kind: 'trace', digits: 32, generate: randomIds.generateTraceId },
  { kind: 'span', digits: 16, generate: randomIds.generateSpanId },
] as const;

describe.each(kinds)('$kind ids', { timeout: 60_000 }, ({ digits, generate }) => {
  test('are lower-case digits, never zero, and never the same in a million', () => {
    const pattern = new RegExp(`^(?!0+$)[\\da-f]{${digits}}$`);
    const seen = new Set<string>();
    for (let i = 0; i < 1_000_000; i++) {
      const id = generate();
      if (!pattern.test(id)) throw new Error(`"${id}" is no id`);
      seen.add(id);
    }
    expect(seen.size).toBe(1_000_000);
  });

  test('have every byte as often as any other, at each place', () => {
    const drawn = 100_000;
    const counts = new Uint32Array(256 * (digits / 2));
    for (let i = 0; i < drawn; i++) {
      const bytes = Buffer.from(generate(), 'hex');
      for (const [place, byte] of bytes.entries()) counts[256 * place + byte] = (counts[256 * place + byte] ?? 0) + 1;
    }
    // 255 degrees of freedom: above 400 with a probability of 2e-8, and below 140 with one of 5e-10: nor is it too even.
    const expected = drawn / 256;
    for (let place = 0; place < digits / 2; place++) {
      const ofPlace = counts.subarray(256 * place, 256 * (place + 1));
      const chiSquare = ofPlace.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      expect(chiSquare).toBeLessThan(400);
      expect(chiSquare).toBeGreaterThan(140);
    }
  });
});
