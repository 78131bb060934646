import type { Parser, SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** What an expression selects: the metric, if it is named, and the labels that must have one value. Other matchers are left out. */
export interface SelectedSeries {
  readonly metric: string | undefined;
  readonly labels: ReadonlyMap<string, string>;
}

/** The selectors of a PromQL expression. */
export function selectedSeries(expr: string): SelectedSeries[] {
  const found: SelectedSeries[] = [];
  (parser as unknown as Parser).parse(expr).iterate({
    enter: ({ name, node }) => {
      if (name === 'VectorSelector') found.push(selectorOf(expr, node));
    },
  });
  return found;
}

function selectorOf(expr: string, node: SyntaxNode): SelectedSeries {
  const text = (of: SyntaxNode | null): string => (of === null ? '' : expr.slice(of.from, of.to));
  const labels = new Map<string, string>();
  for (const matcher of node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []) {
    const value = unquoted(text(matcher.getChild('StringLiteral')));
    if (text(matcher.getChild('MatchOp')) === '=' && value !== undefined) {
      labels.set(text(matcher.getChild('LabelName')), value);
    }
  }
  const metric = text(node.getChild('Identifier')) || labels.get('__name__');
  labels.delete('__name__');
  return { metric, labels };
}

/** Of a literal in double quotes without escapes that JSON does not have; `undefined` of others. */
function unquoted(literal: string): string | undefined {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
