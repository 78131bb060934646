import { isObject } from './value-kinds.js';

/** Takes the messages that buses, sagas and events see, for a page that shows them. */
export interface MessageFeed {
  /**
   * Called synchronously with each message; must be quick and must not throw.
   * @param topic `commands`, `queries`, `events` or `sagas`
   * @param payload the message itself: it is read during the call
   * @param phase `handled`: it came from elsewhere, whose feed has it as `sent`
   */
  message(topic: MessageTopic, type: string, payload: unknown, phase: MessagePhase): void;
}

export type MessagePhase = 'sent' | 'handled';

export type MessageTopic = 'commands' | 'queries' | 'events' | 'sagas';

/**
 * Connects `feed` to what is given `owner`: the spans or the metrics of an observability. Buses and events that are made with it find the
 * feed by it. Returns a function that disconnects it.
 */
export function connectMessageFeed(owner: object, feed: MessageFeed): () => void {
  shared.feeds.set(owner, feed);
  return () => {
    if (shared.feeds.get(owner) === feed) shared.feeds.delete(owner);
  };
}

/** The feed that is connected to `owner` now. Ask it for each message: it costs one look-up. */
export function messageFeedOf(owner: unknown): MessageFeed | undefined {
  if (shared.isReported) {
    shared.isReported = false;
    return undefined;
  }
  return isObject(owner) ? shared.feeds.get(owner) : undefined;
}

/** Runs `execute`, which executes one event that no feed gets: the caller has reported it itself. */
export function executeReported(execute: () => void): void {
  shared.isReported = true;
  try {
    execute();
  } finally {
    shared.isReported = false;
  }
}

interface Shared {
  readonly feeds: WeakMap<object, MessageFeed>;
  /** Whether the next message was reported already. Its handlers may cause others, which were not. */
  isReported: boolean;
}

// One for all copies of this package in the process: other packages contain it.
const key: unique symbol = Symbol.for('sightline.base.message-feeds.v1') as never;
const holder = globalThis as { [key]?: Shared };
const shared: Shared = holder[key] ?? { feeds: new WeakMap(), isReported: false };
holder[key] = shared;
