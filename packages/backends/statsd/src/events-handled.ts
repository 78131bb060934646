/** Lets what the kernel has to tell about sockets come in: two turns of the event loop. */
export async function eventsHandled(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => void setImmediate(resolve));
}
