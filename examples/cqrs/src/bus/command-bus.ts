/** Commands (or queries) of a service: a function type for each, from its payload to its result. */
// biome-ignore lint/suspicious/noExplicitAny: only `any` accepts functions of every kind of parameter
export type CommandTypes = Record<string, (payload: any) => unknown>;

/** Passes each command to the one handler of its type, in this process. */
export interface CommandBus<Commands extends { [Type in keyof Commands]: CommandTypes[string] }> {
  /** Throws if the type has a handler already. @returns a function that removes the handler */
  register<Type extends keyof Commands & string>(type: Type, handler: Handler<Commands[Type]>): () => void;
  /** Rejects with the handler's error, or if there is no handler. */
  dispatch<Type extends keyof Commands & string>(
    type: Type,
    ...payload: Parameters<Commands[Type]>
  ): Promise<Awaited<ReturnType<Commands[Type]>>>;
}

type Handler<Command extends CommandTypes[string]> = (
  ...payload: Parameters<Command>
) => ReturnType<Command> | PromiseLike<Awaited<ReturnType<Command>>>;

export function createCommandBus<
  Commands extends { [Type in keyof Commands]: CommandTypes[string] } = CommandTypes,
>(): CommandBus<Commands> {
  const handlers = new Map<string, (...payload: never[]) => unknown>();
  return {
    register(type, handler) {
      if (handlers.has(type)) {
        throw new Error(`"${type}" has a handler already. A command has one; for several, publish an event.`);
      }
      handlers.set(type, handler);
      return () => {
        if (handlers.get(type) === handler) handlers.delete(type);
      };
    },
    async dispatch(type, ...payload) {
      const handler = handlers.get(type);
      if (handler === undefined) {
        const known = [...handlers.keys()].map((each) => `"${each}"`).join(', ');
        throw new Error(`"${type}" has no handler. There are handlers for ${known === '' ? 'nothing yet' : known}.`);
      }
      return (await handler(...(payload as unknown as never[]))) as never;
    },
  };
}
