import type { Outcome } from './message-metrics.js';
import type { ReceivedMessage } from './received-message.js';

/** Which batch counts the message: one that is still being handled, or one that has succeeded. */
export type CountedBy = 'running_batch' | 'ended_batch' | undefined;

/**
 * The messages of batches, so that each is counted once: its arrival by the batch, its outcome by the innermost call inside the
 * batch that handles it alone or in a smaller batch.
 */
export class BatchedMessages {
  readonly #running = new Map<unknown, Places>();
  readonly #batches = new Set<readonly Place[]>();
  readonly #ended = new WeakSet<ReceivedMessage>();

  /** @returns a function that ends the batch and returns for each message whether the batch counts its outcome */
  begin(messages: readonly ReceivedMessage[], inputs: readonly unknown[]): (outcome: Outcome) => boolean[] {
    const places = messages.map((message, i) => this.#enter(message, inputs[i]));
    this.#batches.add(places);
    const [oldest] = this.#batches;
    if (this.#batches.size > MAX_BATCHES && oldest !== undefined) this.#forget(oldest);
    return (outcome) => {
      // A message that is handled after a failure is another attempt.
      if (outcome === 'ok') for (const message of messages) this.#ended.add(message);
      this.#forget(places);
      return places.map(({ isTaken }) => !isTaken);
    };
  }

  /** Returns which batch counted the arrival of a message. From now on the caller counts the outcome instead of a running batch. */
  take(message: ReceivedMessage, input: unknown): CountedBy {
    const places = this.#running.size === 0 ? undefined : this.#placesOf(message, input);
    if (places === undefined) return this.#ended.has(message) ? 'ended_batch' : undefined;
    const free = places.list.findLast((place) => !place.isTaken);
    if (free !== undefined) free.isTaken = true;
    return 'running_batch';
  }

  #enter(message: ReceivedMessage, input: unknown): Place {
    const places = this.#placesOf(message, input) ?? { list: [], names: new Set() };
    const place = { isTaken: false, places };
    places.list.push(place);
    for (const name of [message, nameOf(message, input)]) {
      places.names.add(name);
      this.#running.set(name, places);
    }
    return place;
  }

  #forget(batch: readonly Place[]): void {
    if (!this.#batches.delete(batch)) return;
    for (const place of batch) {
      const { list, names } = place.places;
      list.splice(list.indexOf(place), 1);
      if (list.length === 0) for (const name of names) this.#running.delete(name);
    }
  }

  #placesOf(message: ReceivedMessage, input: unknown): Places | undefined {
    return this.#running.get(message) ?? this.#running.get(nameOf(message, input));
  }
}

/** A batch whose promise never settles must not be kept for ever. */
const MAX_BATCHES = 1000;

/** A message in a batch. */
interface Place {
  isTaken: boolean;
  readonly places: Places;
}

/** All places of one message in running batches, the innermost last, and the keys that find them. */
interface Places {
  readonly list: Place[];
  readonly names: Set<unknown>;
}

/** What stays the same if a message is opened again. */
function nameOf(message: ReceivedMessage, input: unknown): unknown {
  return message.id ?? input;
}
