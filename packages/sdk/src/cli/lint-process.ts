import { reportApart, runApart } from '@sightline/base/modules';
import { lintCommand, type Output } from './lint-command.js';

interface Result {
  readonly code: number;
  readonly lines: ReadonlyArray<readonly [to: keyof Output, text: string]>;
}

/**
 * Runs `sightline lint` in a process of its own: a module that ends the process, or keeps it busy, has not been checked.
 * @param program what calls `reportLint` with the same arguments behind the command `lint-here`
 */
export async function lintApart(
  program: string,
  args: readonly string[],
  output: Output,
  timeoutMs?: number,
): Promise<number> {
  const result = await runApart<Result>(program, ['lint-here', ...args], timeoutMs);
  if (result === undefined) {
    output.err(
      '[sightline] Loading the modules ended the process, or never came to an end, or took too long: nothing was checked. Give modules that only declare.',
    );
    return 2;
  }
  for (const [to, text] of result.lines) output[to](text);
  return result.code;
}

/** The other side of `lintApart`. */
export function reportLint(args: readonly string[]): Promise<void> {
  return reportApart(async () => {
    const lines: Array<readonly [keyof Output, string]> = [];
    const collect = (to: keyof Output) => (text: string) => void lines.push([to, text]);
    const code = await lintCommand(args, { out: collect('out'), err: collect('err') });
    return { code, lines } satisfies Result;
  });
}
