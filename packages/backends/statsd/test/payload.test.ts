import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Packing, Payload } from '../src/payload.js';

function packed(lines: readonly string[], packing: Packing): { buffers: Buffer[]; refused: string[] } {
  const payload = new Payload(packing);
  const buffers: Buffer[] = [];
  const refused: string[] = [];
  for (const text of lines) {
    const line = { text, point: 0 };
    if (payload.add(line)) continue;
    if (!payload.takes(line)) {
      refused.push(text);
      continue;
    }
    buffers.push(payload.toBuffer());
    payload.clear();
    expect(payload.add(line)).toBe(true);
  }
  if (payload.lines.length > 0) buffers.push(payload.toBuffer());
  return { buffers, refused };
}

const texts = fc.array(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).map((text) => text.replaceAll('\n', ' ')),
  {
    maxLength: 60,
  },
);

describe.each(['bare', 'lines', 'frames'] as const)('%s', (form) => {
  test('no payload is over its limit, and every line is whole', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 20, max: 200 }), (lines, maxBytes) => {
        const { buffers, refused } = packed(lines, { form, maxBytes });
        const bodies = buffers.map((buffer) => (form === 'frames' ? buffer.subarray(4) : buffer));
        for (const [i, body] of bodies.entries()) {
          expect(body.length).toBeLessThanOrEqual(maxBytes);
          if (form === 'frames') expect(buffers[i]?.readUInt32LE(0)).toBe(body.length);
          if (form === 'lines') expect(body.at(-1)).toBe(10);
        }
        const arrived = bodies.flatMap((body) => body.toString().replace(/\n$/, '').split('\n'));
        expect(arrived).toEqual(lines.filter((line) => !refused.includes(line)));
        for (const line of refused) expect(Buffer.byteLength(line)).toBeGreaterThan(maxBytes - 1);
      }),
    );
  });
});

test('a datagram is filled to the last byte', () => {
  expect(packed(['12345', '6789'], { form: 'bare', maxBytes: 10 }).buffers.map(String)).toEqual(['12345\n6789']);
  expect(packed(['12345', '6789'], { form: 'lines', maxBytes: 10 }).buffers.map(String)).toEqual(['12345\n', '6789\n']);
});
