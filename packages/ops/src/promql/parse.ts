import { parser as logqlParser } from '@grafana/lezer-logql';
import type { Parser } from '@lezer/common';
import { parser as promqlParser } from '@prometheus-io/lezer-promql';

/** Grafana's and our own variables, which are no PromQL, and what takes their place when an expression is parsed. */
const variables: ReadonlyArray<readonly [RegExp, string]> = [
  [/\$\{?__(rate_interval|interval|range|auto)(_s|_ms)?\}?/g, '5m'],
  [/\$\{?[a-zA-Z_]\w*(:\w+)?\}?/g, 'x'],
];

/** Where PromQL `expr` cannot be parsed: `[]` if it can. Grafana's variables may stand in it. */
export function promqlErrors(expr: string): string[] {
  return syntaxErrors(promqlParser as unknown as Parser, expr);
}

/** Where LogQL `expr` cannot be parsed: `[]` if it can. */
export function logqlErrors(expr: string): string[] {
  return syntaxErrors(logqlParser as unknown as Parser, expr);
}

function syntaxErrors(parser: Parser, expr: string): string[] {
  const text = variables.reduce((given, [variable, value]) => given.replaceAll(variable, value), expr);
  if (text.trim() === '') return ['it is empty'];
  const errors: string[] = [];
  parser.parse(text).iterate({
    enter: ({ type, from }) => {
      if (type.isError) errors.push(`at "${text.slice(Math.max(0, from - 10), from + 20)}"`);
    },
  });
  return errors;
}
