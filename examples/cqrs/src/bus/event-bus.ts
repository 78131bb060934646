/** Passes each event to all handlers of its type, in this process. */
export interface EventBus<Events extends object> {
  /** @returns a function that removes the handler */
  subscribe<Type extends keyof Events & string>(type: Type, handler: (event: Events[Type]) => unknown): () => void;
  /**
   * Runs all handlers at the same time, independently, and resolves when all have ended. Rejects with the error of a handler, or with
   * an AggregateError if several have failed.
   */
  publish<Type extends keyof Events & string>(type: Type, event: Events[Type]): Promise<void>;
}

export function createEventBus<Events extends object = Record<string, unknown>>(): EventBus<Events> {
  const subscriptions = new Map<string, Set<{ handle(event: never): unknown }>>();
  return {
    subscribe(type, handler) {
      const ofType = subscriptions.get(type) ?? new Set();
      subscriptions.set(type, ofType);
      const subscription = { handle: handler }; // a new object, so that one function may be subscribed twice
      ofType.add(subscription);
      return () => {
        ofType.delete(subscription);
        if (ofType.size === 0 && subscriptions.get(type) === ofType) subscriptions.delete(type);
      };
    },
    async publish(type, event) {
      const handlers = [...(subscriptions.get(type) ?? [])];
      const outcomes = await Promise.allSettled(handlers.map(async ({ handle }) => await handle(event as never)));
      const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
      if (errors.length === 1) throw errors[0];
      if (errors.length > 1) throw new AggregateError(errors, `${errors.length} handlers of "${type}" failed.`);
    },
  };
}
