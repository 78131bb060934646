import type { Broadcaster, MessageQuery } from '../../src/model/broadcaster.js';
import type { LiveMessage, PublishedMessage } from '../../src/model/message.js';

/** Keeps all messages, and forgets nothing. */
export function fakeBroadcaster(): Broadcaster & {
  readonly published: ReadonlyArray<PublishedMessage & { topic: string }>;
} {
  const published: Array<PublishedMessage & { topic: string }> = [];
  const messages: LiveMessage[] = [];
  return {
    published,
    publish(topic, message) {
      published.push({ topic, ...message });
      messages.push({
        id: `boot:${messages.length + 1}`,
        topic,
        type: message.type,
        timestampMs: message.timestampMs ?? 0,
        source: message.source ?? '',
        payload: message.payload ?? null,
        isCut: false,
        traceId: message.traceId ?? null,
        spanId: message.spanId ?? null,
        correlationId: message.correlationId ?? null,
        causationId: message.causationId ?? null,
        messageId: message.messageId ?? null,
      });
    },
    subscribe() {
      throw new Error('The store subscribes to nothing.');
    },
    read(query) {
      const found = messages.filter((message) => fits(message, query)).reverse();
      return { messages: found.slice(0, query.limit), skipped: 0, cursor: `boot:${messages.length}` };
    },
    find: (id) => messages.find((message) => message.id === id),
    statistics: () =>
      [...new Set(messages.map(({ topic }) => topic))].map((topic) => {
        const ofTopic = messages.filter((message) => message.topic === topic).length;
        return {
          topic,
          published: ofTopic,
          kept: ofTopic,
          overwritten: 0,
          perSecond: 0,
          perSecondOfMinute: 0,
          subscribers: 0,
          types: [],
        };
      }),
    bytes: 0,
    refused: 0,
    shutdown() {},
  };
}

function fits(message: LiveMessage, { topic, type, traceId, correlationId }: MessageQuery): boolean {
  return (
    (topic === undefined || message.topic === topic) &&
    (type === undefined || message.type === type) &&
    (traceId === undefined || message.traceId === traceId) &&
    (correlationId === undefined || message.correlationId === correlationId)
  );
}
