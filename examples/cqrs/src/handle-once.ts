import { currentContext } from '@sightline/context';
import type { ShopEvents } from './domain/contracts.js';
import { Refusal } from './domain/refusal.js';
import type { Decide, Decision, StoredEvent } from './domain/service-domain.js';
import type { Journal, JournalEntry } from './journal.js';

export interface HandleOnceOptions {
  readonly journal: Journal;
  /** Publishes an event that other services hear of. */
  readonly publish: (event: StoredEvent & { readonly type: keyof ShopEvents }) => Promise<void>;
  readonly isPublished: (event: StoredEvent) => event is StoredEvent & { readonly type: keyof ShopEvents };
}

/**
 * Makes handlers of decisions. The first time a message comes it is decided about, and the decision is stored; each time its events are
 * published and its answer is given, because a process may have ended between storing and telling.
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
        // The same message may come again while it is being handled.
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
