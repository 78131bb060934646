import { createServer } from 'node:http';
import { context, createContextKey, trace } from '@opentelemetry/api';
import { currentContext } from '@sightline/context';
import { currentFrame } from '@sightline/context/frame';
import { expect, test } from 'vitest';
import { instrumentHandler } from '../src/node.js';
import { observing } from './observing.js';
import { listening } from './shop/listening.js';

/** What a handler sees in its request. */
async function seenBy<T>(look: () => T): Promise<T> {
  const given = observing();
  let seen: T | undefined;
  const handler = instrumentHandler(given.obs, (_request, response) => {
    seen = look();
    response.end();
  });
  const running = await listening(createServer(handler));
  await (await fetch(running.url, { headers: { 'x-request-id': 'given-id' } })).text();
  await given.until(1);
  await running.close();
  return seen as T;
}

test('a function bound in a request has its span and its ids, wherever it is called', async () => {
  const bound = await seenBy(() =>
    context.bind(context.active(), () => ({ span: trace.getActiveSpan(), fields: currentContext() })),
  );
  const { span, fields } = bound();
  expect(span?.spanContext()).toBeDefined();
  expect(fields).toMatchObject({ request_id: 'given-id' });
});

test('the context of a request is entered by one run, its span and its ids together', async () => {
  const { active, frame } = await seenBy(() => ({ active: context.active(), frame: currentFrame() }));
  expect(frame?.trace).toBe(active);
  expect(frame?.fields).toMatchObject({ request_id: 'given-id' });
});

test('a context made of that of a request has its span and its ids, and what is added', async () => {
  const key = createContextKey('a key');
  const seen = await seenBy(() => {
    const span = trace.getActiveSpan();
    return context.with(context.active().setValue(key, 'added'), () => ({
      added: context.active().getValue(key),
      isSameSpan: trace.getActiveSpan() === span,
      id: currentContext()?.request_id,
      removed: context.active().deleteValue(key).getValue(key),
    }));
  });
  expect(seen).toEqual({ added: 'added', isSameSpan: true, id: 'given-id', removed: undefined });
});
