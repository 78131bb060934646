import { expect, test } from 'vitest';
import { TracerProvider } from '../../src/tracer/index.js';

test('a span takes any name of an attribute where Object.prototype is frozen, as against its pollution', () => {
  Object.freeze(Object.prototype); // of this file's process only
  const processor = { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };
  for (const processors of [[], [processor]]) {
    const span = new TracerProvider({ processors })
      .getTracer('a')
      .startSpan('a', { attributes: { toString: 'x' } as never });
    span.setAttribute('valueOf', 1).addEvent('event', { constructor: 'y' } as never);
    span.end();
    expect((span as unknown as { attributes: object }).attributes).toEqual({ toString: 'x', valueOf: 1 });
  }
});
