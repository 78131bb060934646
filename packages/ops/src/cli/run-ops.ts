import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { messageOf } from '@sightline/base';
import { pageMetrics } from '../catalogue/page-metrics.js';
import { ask, shown } from '../doctor/ask.js';
import type { Peer } from '../doctor/peers.js';
import { driftOf, writeFiles } from '../files/ops-folder.js';
import { opsFiles } from '../generate.js';
import { testRules } from '../rule-tests/test-rules.js';
import { catalogueText } from './catalogue-text.js';
import { peersIn } from './doctor-environment.js';
import { driftText } from './drift-text.js';
import { factsOf } from './loaded-facts.js';
import { type Output, UsageError } from './output.js';

export const opsUsage: string = `Usage: sightline ops <command> [module] [options]

The module has defineOps(…) as its default export. Default: ops.config.js (.mjs, .cjs, .ts, .mts, .cts) in the current
folder.

Commands:
  catalogue   Prints every metric that the service has.
              --json              as JSON
              --save-page <file>  saves the page of --from, for the definition's "page"
              --from <url>        a running service's page: http://127.0.0.1:9464/metrics
  generate    Writes dashboards, rules, their tests, routing, a stack and runbooks. Leaves the folder local/ alone.
              --out <folder>      default: ops
  check       Compares the folder with what would be generated, for CI.
              Exit codes: 0 the same, 1 different, 2 could not be checked.
              --out <folder>      default: ops
  test        Runs the generated tests of the rules with promtool.
              --out <folder>      default: ops
              --mutate            also against rules with one change each: every one must fail
              --promtool <path>   default: promtool
`;

/** `sightline ops`. Resolves with the exit code. */
export async function runOps(program: string, args: readonly string[], output: Output): Promise<number> {
  try {
    return await run(program, args, output);
  } catch (error) {
    // Ours, and those of the file system, say what to do; of others the place is needed.
    const isExplained = error instanceof UsageError || /^\[ops\] |^E[A-Z]+: /.test(messageOf(error));
    output.err(isExplained ? messageOf(error).replace(/^(?!\[)/, '[ops] ') : String((error as Error).stack ?? error));
    return 2;
  }
}

async function run(program: string, [command, ...args]: readonly string[], output: Output): Promise<number> {
  if (command === undefined || [command, ...args].some((each) => ['help', '--help', '-h'].includes(each))) {
    output.out(opsUsage);
    return 0;
  }
  const { values, positionals } = parsed(command, args);
  if (positionals.length > 1) throw new UsageError(`One module at most, but got ${positionals.join(', ')}.`);
  const folder = values.out ?? 'ops';
  if (folder === '') throw new UsageError('--out is empty. Give a folder.');
  switch (command) {
    case 'catalogue':
      if (values.from !== undefined || values['save-page'] !== undefined) {
        return await savePage(values.from, values['save-page'], output);
      }
      return catalogue(program, positionals[0], values.json === true, output);
    case 'generate': {
      const changes = await writeFiles(folder, opsFiles(await factsOf(program, positionals[0])));
      for (const { path: file, there, generated } of changes) {
        output.out(
          `${generated === undefined ? 'removed' : there === undefined ? 'added' : 'changed'}  ${folder}/${file}`,
        );
      }
      if (changes.length === 0) output.out(`${folder} is up to date.`);
      return 0;
    }
    case 'check': {
      const drift = await driftOf(folder, opsFiles(await factsOf(program, positionals[0])));
      for (const each of drift) output.out(driftText(each));
      output.out(
        drift.length === 0
          ? `${folder} is up to date.`
          : `${drift.length} files of ${folder} differ from what the service declares. Run: sightline ops generate`,
      );
      return drift.length === 0 ? 0 : 1;
    }
    case 'test': {
      // The rules in the folder; the facts are needed only to change them.
      const mutate = values.mutate === true ? await factsOf(program, positionals[0]) : undefined;
      const { exitCode, lines } = await testRules({ folder, promtool: values.promtool, mutate });
      for (const line of lines) (exitCode === 2 ? output.err : output.out)(line);
      return exitCode;
    }
    default:
      throw new UsageError(`There is no command "ops ${command}".\n\n${opsUsage}`);
  }
}

async function catalogue(program: string, file: string | undefined, isJson: boolean, output: Output): Promise<number> {
  const facts = await factsOf(program, file);
  output.out(isJson ? JSON.stringify(facts.catalogue, undefined, 2) : catalogueText(facts.catalogue));
  return 0;
}

/** Saves a running service's page, after checking that a scraper would take it. */
async function savePage(from: string | undefined, to: string | undefined, output: Output): Promise<number> {
  if (from === undefined || to === undefined) throw new UsageError('--from and --save-page belong together.');
  let text: string;
  try {
    const page: Peer = { name: 'page', address: from, headers: peersIn(process.env).headers?.page ?? {} };
    const answer = await ask(page, { signal: AbortSignal.timeout(10_000), accept: 'text/plain' });
    if (answer.status !== 200) throw new Error(`the answer is ${answer.status}`);
    if (!answer.isUtf8) throw new Error('the page is no UTF-8');
    text = answer.text;
    pageMetrics(text);
  } catch (error) {
    throw new UsageError(`The page ${shown(from)} could not be read: ${messageOf(error)}`);
  }
  await writeFile(to, text);
  output.out(`Saved ${to}.`);
  return 0;
}

const string = { type: 'string' } as const;
const boolean = { type: 'boolean' } as const;
const options = {
  ...{ out: string, json: boolean, 'save-page': string, from: string, mutate: boolean, promtool: string },
};
/** Which of them a command has: one that it would not look at is refused. */
const optionsOf: Readonly<Record<string, readonly string[]>> = {
  catalogue: ['json', 'save-page', 'from'],
  generate: ['out'],
  check: ['out'],
  test: ['out', 'mutate', 'promtool'],
};

function parsed(command: string, args: readonly string[]) {
  let result: ReturnType<typeof parseArgs<{ args: string[]; allowPositionals: true; options: typeof options }>>;
  try {
    result = parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
  const other = Object.keys(result.values).find((name) => optionsOf[command]?.includes(name) === false);
  if (other !== undefined) throw new UsageError(`"ops ${command}" has no option --${other}.\n\n${opsUsage}`);
  return result;
}
