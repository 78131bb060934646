import { fork } from 'node:child_process';
import { lintCommand, type Output } from './lint-command.js';

/** What the process that loads the modules tells the one that prints. */
interface Report {
  readonly code: number;
  readonly lines: ReadonlyArray<readonly [to: keyof Output, text: string]>;
}

/**
 * Runs `sightline lint` in a process of its own, because modules do as they like when they are loaded: what they print goes to standard error, and
 * one that ends the process has not been checked.
 * @param program what calls `reportLint` with the same arguments behind the command `lint-here`
 */
export function lintApart(program: string, args: readonly string[], output: Output): Promise<number> {
  return new Promise((resolve) => {
    const child = fork(program, ['lint-here', ...args], { stdio: ['ignore', 2, 2, 'ipc'] });
    let report: Report | undefined;
    child.on('message', (message) => {
      report = message as Report;
    });
    child.on('close', () => {
      if (report === undefined) {
        output.err(
          '[sightline] Loading the modules ended the process, or never came to an end: nothing was checked. Give modules that only declare.',
        );
      }
      for (const [to, text] of report?.lines ?? []) output[to](text);
      resolve(report?.code ?? 2);
    });
  });
}

/** The other side of `lintApart`. What the modules have started is not waited for. */
export async function reportLint(args: readonly string[]): Promise<void> {
  const lines: Array<readonly [keyof Output, string]> = [];
  const collect = (to: keyof Output) => (text: string) => void lines.push([to, text]);
  const code = await lintCommand(args, { out: collect('out'), err: collect('err') });
  process.send?.({ code, lines } satisfies Report, () => process.exit(code));
}
