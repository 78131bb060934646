import type { Log } from '@sightline/sdk';
import type { MessagePropagator, ReceivedMessage } from '@sightline/tracing/messages';
import type { ServiceName } from '../domain/contracts.js';
import { Refusal } from '../domain/refusal.js';
import type { Answer, Answers } from './answers.js';
import type { Broker, Delivery } from './broker.js';
import { type CommandBus, type CommandTypes, createCommandBus } from './command-bus.js';
import { messageId } from './message-id.js';
import { requestTopic } from './shop-queues.js';

export interface RequestBusOptions {
  readonly kind: 'command' | 'query';
  readonly service: string;
  readonly owners: Readonly<Record<string, ServiceName>>;
  readonly broker: Broker;
  readonly messages: MessagePropagator;
  readonly answers: Answers;
  readonly log: Log;
}

export interface RequestBus<Requests extends { [Type in keyof Requests]: CommandTypes[string] }>
  extends CommandBus<Requests> {
  /** Starts to deliver requests to the handlers registered so far. */
  start(): Promise<void>;
}

/** Sends commands or queries as messages to the service that owns them, and receives its answers. */
export function requestBus<Requests extends { [Type in keyof Requests]: CommandTypes[string] }>({
  kind,
  service,
  owners,
  broker,
  messages,
  answers,
  log,
}: RequestBusOptions): RequestBus<Requests> {
  const here = createCommandBus();
  const types = new Set<string>();

  async function ask(type: string, payload: unknown): Promise<unknown> {
    const owner = owners[type];
    if (owner === undefined) throw new Error(`[shop] No service owns the ${kind} "${type}". Add it to the contracts.`);
    const destination = requestTopic(kind, owner);
    const id = messageId(kind, type, payload);
    const answer = answers.to(id);
    // A refusal may come first: if the broker's acknowledgement was lost with a connection, the message is sent again.
    answer.catch(() => {});
    await messages.send(
      { type: kind, name: type, id, payload },
      (envelope) => broker.send(destination, Buffer.from(JSON.stringify(envelope)), { replyTo: answers.topic }),
      { destination },
    );
    return answer;
  }

  function take({ body, replyTo }: Delivery, destination: string): Promise<void> {
    return messages.handle<Promise<void>>(
      body,
      async (message) => {
        const answer = await answerTo(message);
        if (replyTo === undefined || answer === undefined) return;
        await broker.send(
          replyTo,
          messages.encodeBytes({ type: kind, name: `${message.name} answered`, payload: answer }),
        );
      },
      { destination },
    );
  }

  /** @returns `undefined` if the message is not for this service: another delivery would not change that */
  async function answerTo({ name = '', payload, problem }: ReceivedMessage): Promise<Answer | undefined> {
    if (!types.has(name)) {
      log.error({ name, problem }, `A message is not a ${kind} of this service`);
      return undefined;
    }
    try {
      return { isRefused: false, value: await here.dispatch(name, payload) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { isRefused: true, reason: error.name, message: error.message };
    }
  }

  return {
    dispatch: (type, ...[payload]) => ask(type, payload) as never,
    register(type, handler) {
      types.add(type);
      return here.register(type, handler as never);
    },
    async start() {
      if (types.size === 0) return;
      const topic = requestTopic(kind, service as ServiceName);
      await broker.consume(topic, service, (delivery) => take(delivery, topic));
    },
  };
}
