import { existsSync } from 'node:fs';
import { messageOf } from '@sightline/base';
import { reportApart, runApart } from '@sightline/base/modules';
import { loadFacts } from '../facts/load-facts.js';
import type { Facts } from '../model/facts.js';
import { UsageError } from './output.js';

type Result = { readonly facts: Facts } | { readonly problem: string };

/** The file of a definition in the current folder, if there is one. */
export function defaultDefinition(): string | undefined {
  return defaults.find((each) => existsSync(each));
}

const defaults = ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts'].map((ending) => `ops.config.${ending}`);

/**
 * Loads a definition in a process of its own: the service's modules may print, hang or end the process.
 * @param program what calls `reportFacts` with the arguments behind the command `ops-here`
 * @throws a `UsageError` that says what is wrong
 */
export async function factsOf(program: string, file: string | undefined, timeoutMs?: number): Promise<Facts> {
  const found = file ?? defaultDefinition();
  if (found === undefined) {
    throw new UsageError(
      `There is no ${defaults[0]} here. Write one with defineOps() of @sightline/ops, or give the module: sightline ops generate dist/ops.js`,
    );
  }
  const result = await runApart<Result>(program, ['ops-here', found], timeoutMs);
  if (result === undefined) {
    throw new UsageError(
      `Loading ${found} ended the process, or never came to an end, or took too long. Give a module that only declares.`,
    );
  }
  if ('problem' in result) throw new UsageError(result.problem);
  return result.facts;
}

/** The other side of `factsOf`. */
export function reportFacts(args: readonly string[]): Promise<void> {
  return reportApart(async (): Promise<Result> => {
    const file = String(args[0]);
    try {
      return { facts: await loadFacts(file) };
    } catch (error) {
      // Of any copy of the package: a CommonJS definition loads another.
      const isAboutDefinition = Reflect.get(Object(error), 'name') === 'ConfigurationError';
      return { problem: isAboutDefinition ? messageOf(error) : `${file} could not be loaded: ${messageOf(error)}` };
    }
  });
}
