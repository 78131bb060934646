import { fork } from 'node:child_process';
import { lintCommand, type Output } from './lint-command.js';

/** Message of the process that loads the modules to the one that prints. The modules may send messages of their own. */
interface Report {
  readonly command: 'lint';
  readonly code: number;
  readonly lines: ReadonlyArray<readonly [to: keyof Output, text: string]>;
}

/**
 * Runs `sightline lint` in a process of its own, because modules do as they like when they are loaded: what they print goes
 * to standard error, and one that ends the process, or keeps it busy, has not been checked.
 * @param program what calls `reportLint` with the same arguments behind the command `lint-here`
 */
export function lintApart(
  program: string,
  args: readonly string[],
  output: Output,
  timeoutMs = 60_000,
): Promise<number> {
  return new Promise((resolve) => {
    const child = fork(program, ['lint-here', ...args], {
      stdio: ['ignore', 2, 2, 'ipc'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL', // an endless loop hears no other
    });
    let report: Report | undefined;
    child.on('message', (message) => {
      if (isReport(message)) report = message;
    });
    child.on('close', () => {
      if (report === undefined) {
        output.err(
          '[sightline] Loading the modules ended the process, or never came to an end, or took too long: nothing was checked. Give modules that only declare.',
        );
      }
      for (const [to, text] of report?.lines ?? []) output[to](text);
      resolve(report?.code ?? 2);
    });
  });
}

function isReport(message: unknown): message is Report {
  return typeof message === 'object' && message !== null && 'command' in message && message.command === 'lint';
}

/** The other side of `lintApart`. What the modules have started is not waited for. */
export async function reportLint(args: readonly string[]): Promise<void> {
  // The parent is gone: a module that keeps the process alive must not stay behind.
  process.once('disconnect', () => process.exit());
  process.channel?.unref(); // the listener alone would keep it alive
  const lines: Array<readonly [keyof Output, string]> = [];
  const collect = (to: keyof Output) => (text: string) => void lines.push([to, text]);
  const code = await lintCommand(args, { out: collect('out'), err: collect('err') });
  process.send?.({ command: 'lint', code, lines } satisfies Report, () => process.exit(code));
}
