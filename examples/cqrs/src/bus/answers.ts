import { Refusal } from '../domain/refusal.js';
import type { Broker } from './broker.js';

/** The answer to a command or query, sent as a payload. */
export type Answer =
  | { readonly isRefused: false; readonly value?: unknown }
  | { readonly isRefused: true; readonly reason: string; readonly message: string };

/** The answers that this process waits for. */
export interface Answers {
  /** The topic for answers to this process. */
  readonly topic: string;
  /** Resolves with the answer to a message, or rejects with a `Refusal`. There is no time-out: the broker keeps the request. */
  to(messageId: string): Promise<unknown>;
}

/** @param open returns the answer and the id of the answered message */
export async function openAnswers(
  broker: Broker,
  open: (body: Uint8Array) => { readonly to: string | undefined; readonly answer: Answer },
): Promise<Answers> {
  const topic = `answers.${crypto.randomUUID()}`;
  const waiting = new Map<string, Array<(answer: Answer) => void>>();
  await broker.consumeOwn(topic, async ({ body }) => {
    const { to, answer } = open(body);
    const askers = waiting.get(to ?? '') ?? []; // none for an answer that comes a second time
    waiting.delete(to ?? '');
    for (const settle of askers) settle(answer);
  });
  return {
    topic,
    to(messageId) {
      return new Promise((resolve, reject) => {
        const settle = (answer: Answer): void => {
          if (answer.isRefused) reject(new Refusal(answer.reason, answer.message));
          else resolve(answer.value);
        };
        waiting.set(messageId, [...(waiting.get(messageId) ?? []), settle]);
      });
    },
  };
}
