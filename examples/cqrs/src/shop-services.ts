import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from '@sightline/sdk';
import { type MemoryBroker, memoryBroker } from './bus/memory-broker.js';
import { shopQueues } from './bus/shop-queues.js';
import type { ServiceName } from './domain/contracts.js';
import { type RunningService, runService } from './run-service.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Services that call others shut down first, so that they still get answers. */
const endingOrder: readonly ServiceName[] = ['fulfilment', 'payment', 'stock', 'orders'];

export interface ShopServices extends RunningService {
  /** The shared broker, if all services run in this process. */
  readonly memory?: MemoryBroker;
}

/** All services in this process. */
export async function servicesHere(env: Env, log: Log): Promise<ShopServices> {
  const memory = memoryBroker(shopQueues, log);
  const running = await Promise.all(endingOrder.map((name) => runService(name, async () => memory.connect(), env)));
  return { memory, shutdown: () => eachInTurn(running.map(({ shutdown }) => shutdown)) };
}

/** Each service in a process of its own. The broker keeps what is sent before they run. */
export function servicesInProcesses(env: Env): ShopServices {
  const file = fileURLToPath(new URL(`./service-process${extname(import.meta.url)}`, import.meta.url));
  const stops = endingOrder.map((name) => {
    // With an IPC channel: its end shows the service that this process has ended.
    const child = spawn(process.execPath, [file, name], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const ended = once(child, 'exit');
    const running = once(child, 'message');
    return async (): Promise<void> => {
      await Promise.race([running, ended]);
      child.kill('SIGTERM');
      const [code, signal] = await ended;
      if (code !== 0) throw new Error(`[shop] The service ${name} ended with ${signal ?? code}.`);
    };
  });
  return { shutdown: () => eachInTurn(stops) };
}

async function eachInTurn(steps: ReadonlyArray<() => Promise<void>>): Promise<void> {
  for (const step of steps) await step();
}
