import { valueText } from '@sightline/base';
import type { MessageAnswer, MessagesAnswer } from '../model/answers.js';
import { ApiError } from '../model/api.js';
import type { Broadcaster } from '../model/broadcaster.js';
import type { LiveMessage } from '../model/message.js';
import type { Parameters } from './parameters.js';

/** `messages`. */
export function messageList(broadcaster: Broadcaster, parameters: Parameters): MessagesAnswer {
  const after = parameters.text('after');
  const answer = broadcaster.read({
    topic: parameters.text('topic'),
    type: parameters.text('type'),
    source: parameters.text('source'),
    filter: parameters.text('filter'),
    traceId: parameters.text('traceId')?.toLowerCase(),
    correlationId: parameters.text('correlationId'),
    after,
    limit: parameters.limit(100, 1000),
  });
  // Services send at different times what happened at the same time.
  return after === undefined ? { ...answer, messages: byTime(answer.messages).reverse() } : answer;
}

/** Oldest first; those of the same time as they came. @param newestFirst in the order in which they came */
function byTime(newestFirst: readonly LiveMessage[]): LiveMessage[] {
  return [...newestFirst].reverse().sort((a, b) => a.timestampMs - b.timestampMs);
}

/** `messages/<id>`: the message, and those of its correlation; those of its trace that have none, or all if it has none itself. */
export function messageAnswer(broadcaster: Broadcaster, id: string): MessageAnswer {
  const message = broadcaster.find(id);
  if (message === undefined) {
    throw new ApiError(
      404,
      `The message ${valueText(id)} is not kept: it is older than the last messages of its topic, or of before a restart.`,
    );
  }
  const { correlationId, traceId } = message;
  const correlated = correlationId === null ? [] : broadcaster.read({ correlationId, limit: MAX_CHAIN }).messages;
  const ofTrace = traceId === null ? [] : broadcaster.read({ traceId, limit: MAX_CHAIN }).messages;
  // What began it all had no correlation yet when it was sent.
  const chain = [...correlated, ...ofTrace.filter((each) => correlationId === null || each.correlationId === null)];
  const all = chain.some((each) => each.id === message.id) ? chain : [message, ...chain];
  return { message, chain: byTime(all) };
}

const MAX_CHAIN = 500;
