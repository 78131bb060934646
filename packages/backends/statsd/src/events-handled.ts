/** Waits two turns of the event loop, so that pending socket events are handled. */
export async function eventsHandled(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => void setImmediate(resolve));
}
