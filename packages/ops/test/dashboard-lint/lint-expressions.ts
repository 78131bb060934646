import type { SyntaxNode } from '@lezer/common';
import { parser as promqlParser } from '@prometheus-io/lezer-promql';
import { logqlErrors, promqlErrors } from '../../src/promql/parse.js';
import { type LintedDashboard, type LintedSource, type LintRule, lintedPanels, variablesOf } from './linted.js';

/** The linter's rules for expressions. */
export const expressionRules: readonly LintRule[] = [
  { name: 'target-logql-rule', problems: ofEach('loki', logqlErrors) },
  { name: 'target-logql-auto-rule', problems: ofEach('loki', fixedRanges) },
  { name: 'target-promql-rule', problems: ofEach('prometheus', promqlErrors) },
  { name: 'target-rate-interval-rule', problems: ofEach('prometheus', rateIntervals) },
  { name: 'target-job-rule', problems: ofEach('prometheus', (expr, dashboard) => unscoped(expr, dashboard, 'job')) },
  {
    name: 'target-instance-rule',
    problems: ofEach('prometheus', (expr, dashboard) => unscoped(expr, dashboard, 'instance')),
  },
  { name: 'target-counter-agg-rule', problems: ofEach('prometheus', plainCounters) },
];

type ExpressionCheck = (expr: string, dashboard: LintedDashboard) => string[];

const withQueries = [
  'singlestat',
  'gauge',
  'timetable',
  'stat',
  'state-timeline',
  'timeseries',
  'bargauge',
  'table',
  'logs',
];

function ofEach(language: 'prometheus' | 'loki', check: ExpressionCheck): LintRule['problems'] {
  return (dashboard) =>
    lintedPanels(dashboard)
      .filter(({ type = '' }) => withQueries.includes(type))
      .flatMap(({ title = '', datasource, targets = [] }) =>
        targets
          .filter((target) => target.hide !== true && languageOf(target.datasource ?? datasource) === language)
          .flatMap(({ expr = '' }) =>
            check(expr, dashboard).map(
              (problem) => `the panel "${title}" has an expression with a fault: ${problem}: ${expr}`,
            ),
          ),
      );
}

function languageOf(source: LintedSource | undefined): string {
  const type = typeof source === 'object' ? source?.type : undefined;
  return type ?? 'prometheus';
}

/** Logs are counted over what fits the width of a graph. */
function fixedRanges(expr: string): string[] {
  const isFixed = outsideOfStrings(expr, (text) => text).some((text) => /\[\s*\d/.test(text));
  return isFixed ? ['it has a fixed range and not $__auto'] : [];
}

/** The range of no expression that a person writes. */
const RATE_INTERVAL = '1234567891ms';

function rateIntervals(expr: string): string[] {
  return nodesOf(expr, 'MatrixSelector').flatMap(({ node, text }) => {
    const name = callOf(node, text);
    const isRate = name === 'rate' || name === 'irate';
    return isRate && !text(node).endsWith(`[${RATE_INTERVAL}]`) ? [`its ${name} is not over $__rate_interval`] : [];
  });
}

function unscoped(expr: string, dashboard: LintedDashboard, label: 'job' | 'instance'): string[] {
  const others = variablesOf(dashboard).flatMap(({ name = '' }) => (name.endsWith(`_${label}`) ? [name] : []));
  const known = [label, ...others].map((name) => `${label}=~"$${name}"`);
  return nodesOf(expr, 'VectorSelector').flatMap(({ node, text }) => {
    const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher').map(text) ?? [];
    const isScoped = matchers.some((matcher) => known.includes(matcher.replaceAll(/\s/g, '')));
    return isScoped ? [] : [`${text(node)} has no matcher ${label}=~"$${label}"`];
  });
}

function plainCounters(expr: string): string[] {
  return nodesOf(expr, 'VectorSelector').flatMap(({ node, text }) => {
    const name = node.getChild('Identifier');
    if (name === null || !text(name).endsWith('_total')) return [];
    const range = node.parent?.name === 'MatrixSelector' ? node.parent : undefined;
    const isRate = range !== undefined && ['rate', 'irate', 'increase'].includes(callOf(range, text) ?? '');
    return isRate ? [] : [`the counter ${text(name)} is in no rate, irate or increase`];
  });
}

interface Found {
  readonly node: SyntaxNode;
  /** What a node of the same tree stands for. */
  readonly text: (node: SyntaxNode) => string;
}

function nodesOf(expr: string, name: string): Found[] {
  const parsed = withoutVariables(expr);
  const found: Found[] = [];
  const text = ({ from, to }: SyntaxNode): string => parsed.slice(from, to);
  promqlParser.parse(parsed).iterate({
    enter: ({ node }) => {
      if (node.name === name) found.push({ node, text });
    },
  });
  return found;
}

/** The function whose argument a node is. */
function callOf(node: SyntaxNode, text: Found['text']): string | undefined {
  for (let each: SyntaxNode | null = node.parent; each !== null; each = each.parent) {
    if (each.name === 'FunctionCall') {
      const name = each.getChild('FunctionIdentifier');
      return name === null ? undefined : text(name);
    }
    if (each.name === 'AggregateExpr' || each.name === 'BinaryExpr') return undefined;
  }
  return undefined;
}

/** Variables within strings stay. */
function withoutVariables(expr: string): string {
  return outsideOfStrings(expr, (text) =>
    text
      .replaceAll(/\$\{?__rate_interval\}?/g, RATE_INTERVAL)
      .replaceAll(/\$\{?__\w+\}?/g, '5m')
      .replaceAll(/\$\{?[a-zA-Z_]\w*(:\w+)?\}?/g, 'x'),
  ).join('');
}

/** The parts of an expression: what is outside of strings as `change` makes it, and the strings. */
function outsideOfStrings(expr: string, change: (text: string) => string): string[] {
  return expr.split(/("(?:[^"\\]|\\.)*")/).map((part, i) => (i % 2 === 0 ? change(part) : part));
}
