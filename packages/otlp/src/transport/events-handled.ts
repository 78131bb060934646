/**
 * Lets what the kernel has of sockets be read: two turns of the event loop. After a process was suspended its timers run first,
 * although the answers that they are about have been there for long.
 */
export async function eventsHandled(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => void setImmediate(resolve));
}
