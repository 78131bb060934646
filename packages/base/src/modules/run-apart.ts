import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';

/** Message of the process that loads modules to the one that prints. */
interface Report {
  /** A secret of both processes: the modules may send messages of their own, of any shape. */
  readonly report: string;
  readonly result: unknown;
}

/** Has the secret; removed from the environment before modules are loaded. */
const VARIABLE = 'SIGHTLINE_REPORT';

/**
 * Loads modules in a process of their own, because they do as they like when they are loaded: what they print goes to standard error.
 * @param program what calls `reportApart` when it gets `args`
 * @param timeoutMs after which the process is killed
 * @returns what was reported; undefined if a module ended the process, or took too long
 */
export function runApart<R>(program: string, args: readonly string[], timeoutMs = 60_000): Promise<R | undefined> {
  return new Promise((resolve) => {
    const secret = randomUUID();
    const child = fork(program, args, {
      env: { ...process.env, [VARIABLE]: secret },
      stdio: ['ignore', 2, 2, 'ipc'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL', // an endless loop hears no other
    });
    let report: Report | undefined;
    child.on('message', (message) => {
      if (isReport(message, secret)) report = message;
    });
    child.on('close', () => resolve(report?.result as R | undefined));
  });
}

/**
 * The other side of `runApart`: does `work`, reports its result and ends the process. What the modules have started is not waited for.
 * The result must be JSON.
 */
export async function reportApart(work: () => Promise<unknown>): Promise<void> {
  // The parent is gone: a module that keeps the process alive must not stay behind.
  process.once('disconnect', () => process.exit());
  process.channel?.unref(); // the listener alone would keep it alive
  const secret = process.env[VARIABLE] ?? '';
  delete process.env[VARIABLE];
  const send = process.send?.bind(process); // a module may take it away, and `exit`
  const exit = process.exit.bind(process);
  const result = await work();
  send?.({ report: secret, result } satisfies Report, () => exit());
}

function isReport(message: unknown, secret: string): message is Report {
  return typeof message === 'object' && message !== null && 'report' in message && message.report === secret;
}
