import { type FakeClock, fakeClock } from '@sightline/base/fake-clock';
import { type BroadcasterOptions, createBroadcaster } from '../../src/broadcaster/index.js';
import type { Broadcaster } from '../../src/model/broadcaster.js';
import type { DeliveredMessage } from '../../src/model/message.js';

export interface Broadcasting {
  readonly clock: FakeClock;
  readonly broadcaster: Broadcaster;
}

export function broadcasting(options: Partial<BroadcasterOptions> = {}): Broadcasting {
  const clock = fakeClock();
  return { clock, broadcaster: createBroadcaster({ bootId: 'boot', service: 'shop', clock, ...options }) };
}

/** What a subscriber gets without waiting: the iterator is asked until it has nothing more. */
export async function available(
  messages: AsyncIterator<DeliveredMessage>,
  max = Number.POSITIVE_INFINITY,
): Promise<readonly DeliveredMessage[]> {
  const got: DeliveredMessage[] = [];
  while (got.length < max) {
    const next = await Promise.race([messages.next(), nothingYet()]);
    if (next === undefined || next.done === true) break;
    got.push(next.value);
  }
  return got;
}

/** Resolves after promises that are settled already. */
async function nothingYet(): Promise<undefined> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
  return undefined;
}

/** The payload that is kept of one that was published. */
export function kept(payload: unknown, options: Partial<BroadcasterOptions> = {}): unknown {
  return keptMessage(payload, options).payload;
}

export function keptMessage(
  payload: unknown,
  options: Partial<BroadcasterOptions> = {},
): { readonly payload: unknown; readonly isCut: boolean } {
  const { broadcaster } = broadcasting(options);
  broadcaster.publish('events', { type: 'Test', payload });
  const [message] = broadcaster.read({ limit: 1 }).messages;
  if (message === undefined) throw new Error('The message was refused.');
  return message;
}
