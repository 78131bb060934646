import type { MessageQuery, MessageReading } from '../model/broadcaster.js';
import type { LiveMessage } from '../model/message.js';
import { type KeptMessage, messageOf } from './kept-message.js';
import type { MessageIds } from './message-ids.js';
import type { Topic } from './topic.js';

export interface ReadableTopics {
  /** Those that the query is about. */
  readonly topics: readonly Topic[];
  readonly areAll: boolean;
  /** Of the newest message of all topics: how many there were. */
  readonly newestOrder: number;
  readonly ids: MessageIds;
}

/** The messages that match, newest first; with `after` what came since, oldest first, of which the newest are taken if there are too many. */
export function readMessages(from: ReadableTopics, query: MessageQuery): MessageReading {
  const { after } = query;
  const matches = filterOf(query);
  const limit = Math.max(0, Math.floor(query.limit));
  const found: LiveMessage[] = [];
  const since = after === undefined ? undefined : startsAfter(after, from);
  let skipped = since?.lost ?? 0;
  for (const { topic, message } of newestFirst(from.topics, since?.indexes)) {
    if (!matches(message)) continue;
    if (found.length < limit) found.push(messageOf(message, from.ids.idOf(message.index, topic.number ?? 0)));
    else if (since === undefined) break;
    else skipped++;
  }
  if (since !== undefined) found.reverse();
  return { messages: found, skipped, cursor: cursorOf(from) };
}

/** Of one topic it is the id of its newest message, which shows later how many of this topic were lost. */
function cursorOf({ topics, areAll, newestOrder, ids }: ReadableTopics): string {
  const [only] = topics;
  return !areAll && only?.number !== undefined ? ids.idOf(only.ring.next - 1, only.number) : ids.cursorOf(newestOrder);
}

/** Where to go on. */
interface Starts {
  readonly indexes: ReadonlyMap<Topic, number>;
  /** Messages after the cursor that are no longer kept, as far as that can be known. */
  readonly lost: number;
}

/** @param after the cursor of a reading, or the id of a message */
function startsAfter(after: string, { topics, areAll, newestOrder, ids }: ReadableTopics): Starts {
  const place = ids.placeOf(after);
  const own = place === undefined ? undefined : topics.find(({ number }) => number === place.topicNumber);
  const order = ids.orderOf(after) ?? (place === undefined ? undefined : own?.ring.at(place.index)?.order);
  const indexes = new Map(topics.map((topic) => [topic, order === undefined ? 0 : indexAfter(topic, order)]));
  if (own !== undefined && place !== undefined) indexes.set(own, place.index + 1);
  if (areAll && order !== undefined) {
    const kept = topics.reduce((sum, { ring }) => sum + ring.next, 0) - sum(indexes.values());
    return { indexes, lost: Math.max(0, newestOrder - order - kept) };
  }
  return { indexes, lost: place === undefined ? 0 : Math.max(0, (own?.ring.first ?? 0) - place.index - 1) };
}

/** Of the first message kept that is later. */
function indexAfter({ ring }: Topic, order: number): number {
  let low = ring.first;
  let high = ring.next;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ring.at(middle)?.order ?? 0) <= order) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

/** The messages of all topics by the order in which they were published. */
function* newestFirst(
  topics: readonly Topic[],
  starts: ReadonlyMap<Topic, number> | undefined,
): Generator<{ readonly topic: Topic; readonly message: KeptMessage }> {
  const heads = topics.map((topic) => ({
    topic,
    at: topic.ring.next - 1,
    end: Math.max(topic.ring.first, starts?.get(topic) ?? 0),
  }));
  for (;;) {
    let newest: { head: (typeof heads)[number]; message: KeptMessage } | undefined;
    for (const head of heads) {
      const message = head.at >= head.end ? head.topic.ring.at(head.at) : undefined;
      if (message !== undefined && message.order > (newest?.message.order ?? -1)) newest = { head, message };
    }
    if (newest === undefined) return;
    newest.head.at--;
    yield { topic: newest.head.topic, message: newest.message };
  }
}

function filterOf({ type, source, traceId, correlationId, filter }: MessageQuery): (message: KeptMessage) => boolean {
  const words = (filter ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return (message) =>
    (type === undefined || message.type === type) &&
    (source === undefined || message.source === source) &&
    (traceId === undefined || message.traceId === traceId) &&
    (correlationId === undefined || message.correlationId === correlationId) &&
    (words.length === 0 || holdsAll(message, words));
}

function holdsAll({ type, source, json }: KeptMessage, words: readonly string[]): boolean {
  const texts = [type, source, json].map((text) => text.toLowerCase());
  return words.every((word) => texts.some((text) => text.includes(word)));
}
