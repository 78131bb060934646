import { currentContext } from '@sightline/context';
import type { ShopEvents } from './domain/contracts.js';
import { Refusal } from './domain/refusal.js';
import type { Decide, Decision, StoredEvent } from './domain/service-domain.js';
import type { Journal, JournalEntry } from './journal.js';

export interface HandleOnceOptions {
  readonly journal: Journal;
  /** Publishes an event for other services. */
  readonly publish: (event: StoredEvent & { readonly type: keyof ShopEvents }) => Promise<void>;
  readonly isPublished: (event: StoredEvent) => event is StoredEvent & { readonly type: keyof ShopEvents };
}

/**
 * Makes handlers of decisions. At the first delivery of a message the decision is made and stored. At every delivery its events are
 * published and its answer is returned, because a process may end between storing and publishing.
 */
export function handleOnce({ journal, publish, isPublished }: HandleOnceOptions) {
  const underWay = new Map<string, Promise<JournalEntry>>();

  async function decided<Message>(id: string, decide: Decide<Message>, message: Message): Promise<JournalEntry> {
    const entry = { message: id, events: [], ...(await decisionOf(decide, message)) };
    journal.append(entry);
    return entry;
  }

  return <Message>(decide: Decide<Message>): ((message: Message) => Promise<unknown>) => {
    async function handle(message: Message): Promise<unknown> {
      const id = currentContext()?.message_id ?? crypto.randomUUID();
      let entry = journal.entryOf(id);
      if (entry === undefined) {
        // The same message may be delivered again while it is handled.
        const deciding = underWay.get(id) ?? decided(id, decide, message).finally(() => underWay.delete(id));
        underWay.set(id, deciding);
        entry = await deciding;
      }
      for (const event of entry.events) if (isPublished(event)) await publish(event);
      if (entry.refusal !== undefined) throw new Refusal(entry.refusal.reason, entry.refusal.message);
      return entry.answer;
    }
    return Object.defineProperty(handle, 'name', { value: decide.name }); // names the handler in its span
  };
}

async function decisionOf<Message>(
  decide: Decide<Message>,
  message: Message,
): Promise<Decision & Pick<JournalEntry, 'refusal'>> {
  try {
    return await decide(message);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { refusal: { reason: error.name, message: error.message } };
  }
}
