import { parseArgs } from 'node:util';
import { messageOf } from '@sightline/base';
import { type LintOptions, type LintProblem, lintedFamilies, lintMetrics, lintRules } from '@sightline/core/lint';
import { declaredSnapshots } from './declared-snapshots.js';

/** Where a command writes. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

/** `sightline lint`. Resolves with the exit code: 0 without errors, 1 with some, 2 if nothing could be checked. */
export async function lintCommand(args: readonly string[], { out, err }: Output): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    err(`[sightline] ${messageOf(error)}`);
    return 2;
  }
  const { values, positionals, ignore } = parsed;
  if (positionals.length === 0) {
    err('[sightline] lint takes the modules that declare metrics: sightline lint dist/metrics.js');
    return 2;
  }
  const options: LintOptions = {
    allowedLabels: values['allow-label'] ?? [],
    forbiddenLabels: values['forbid-label'] ?? [],
    ignore,
  };
  const problems: LintProblem[] = [];
  let metrics = 0;
  for (const path of positionals) {
    try {
      const snapshots = await declaredSnapshots(path);
      metrics += snapshots.reduce((sum, snapshot) => sum + lintedFamilies(snapshot).length, 0);
      problems.push(...snapshots.flatMap((snapshot) => lintMetrics(snapshot, options)));
    } catch (error) {
      err(`[sightline] ${path}: ${messageOf(error)}`);
      return 2;
    }
  }
  if (metrics === 0) {
    err(
      `[sightline] ${positionals.join(', ')} declares no metrics. Export an observability, a collector, or a function that takes a collector.`,
    );
    return 2;
  }
  if (values.json === true) out(JSON.stringify(problems, undefined, 2));
  else for (const { level, metric, rule, message } of problems) out(`${level}  ${metric} ${message} (${rule})`);
  const errors = problems.filter(({ level }) => values.strict === true || level === 'error').length;
  if (values.json !== true) out(`${metrics} metrics, ${errors} errors, ${problems.length - errors} warnings`);
  return errors === 0 ? 0 : 1;
}

function parse(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      strict: { type: 'boolean' },
      json: { type: 'boolean' },
      'allow-label': { type: 'string', multiple: true },
      'forbid-label': { type: 'string', multiple: true },
      ignore: { type: 'string', multiple: true },
    },
  });
  return { values, positionals, ignore: (values.ignore ?? []).map(ignored) };
}

/** `jobs` or `jobs:counter-suffix`. */
function ignored(text: string): NonNullable<LintOptions['ignore']>[number] {
  const [metric, name] = text.split(':', 2);
  const rule = lintRules.find((each) => each === name);
  if (name !== undefined && rule === undefined) {
    throw new Error(`--ignore ${text}: there is no rule "${name}". Rules are ${lintRules.join(', ')}.`);
  }
  return { metric, rule };
}
