/**
 * Waits two turns of the event loop, so that pending socket events are handled. After a suspended process resumes, timers run
 * first although answers have arrived.
 */
export async function eventsHandled(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => void setImmediate(resolve));
}
