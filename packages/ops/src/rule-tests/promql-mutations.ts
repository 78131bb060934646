import type { Parser, SyntaxNode } from '@lezer/common';
import { parser as promqlParser } from '@prometheus-io/lezer-promql';

/** A small change of an expression. */
export interface Mutation {
  readonly change: string;
  readonly expr: string;
}

/**
 * Every small change of `expr`: comparisons turned round, limits and other numbers times and over 4, windows doubled and halved, each
 * matcher dropped, each side of `and`, `or` and `unless` dropped.
 */
export function promqlMutations(expr: string): Mutation[] {
  const mutations: Mutation[] = [];
  const windows = new Set<string>();
  const shared = new Set<string>();
  const textOf = ({ from, to }: Range): string => expr.slice(from, to);
  const replace = (range: Range, by: string, change: string): void => {
    mutations.push({ change, expr: expr.slice(0, range.from) + by + expr.slice(range.to) });
  };
  (promqlParser as unknown as Parser).parse(expr).iterate({
    enter: ({ node }) => {
      const text = textOf(node);
      const turned = turnedRound[node.name];
      if (turned !== undefined && node.parent?.name === 'BinaryExpr') replace(node, turned, `${text} to ${turned}`);
      if (node.name.includes('Duration') && isDuration(text)) windows.add(text);
      else if (numbers.has(node.name)) {
        for (const by of otherNumbers(node, text)) replace(node, by, `${text} to ${by}`);
      }
      if (node.name === 'UnquotedLabelMatcher' || node.name === 'QuotedLabelMatcher') {
        if (isJoined(node)) shared.add(text);
        else replace(withComma(expr, node), '', `without ${text}`);
      }
      const sides = node.name === 'BinaryExpr' ? setSides(node) : undefined;
      if (sides !== undefined) {
        const [left, right] = sides.map(textOf);
        replace(node, `(${left})`, `without "${operatorOf(node).toLowerCase()} ${right}"`);
        replace(node, `(${right})`, `without "${left} ${operatorOf(node).toLowerCase()}"`);
      }
    },
  });
  for (const matcher of shared) {
    const rest = expr.replaceAll(`${matcher},`, '').replaceAll(`,${matcher}`, '').replaceAll(matcher, '');
    mutations.push({ change: `without ${matcher}`, expr: rest });
  }
  return [...mutations, ...[...windows].flatMap((window) => windowMutations(expr, window))];
}

interface Range {
  readonly from: number;
  readonly to: number;
}

const turnedRound: Readonly<Record<string, string>> = { Gtr: '<', Lss: '>', Gte: '<', Lte: '>', Eql: '!=', Neq: '==' };

const numbers = new Set(['NumberLiteral', 'NumberDurationLiteral']);
const setOperators = new Set(['And', 'Or', 'Unless']);

function isDuration(text: string): boolean {
  return /^(?:\d+(?:ms|[smhdwy]))+$/.test(text);
}

/** What a number becomes. A 0 that only guards a division stands for itself: with another number it is another limit. */
function otherNumbers(node: SyntaxNode, text: string): string[] {
  const value = Number(text);
  if (value !== 0) return [`${value * 4}`, `${value / 4}`];
  const operator = node.parent === null ? '' : operatorOf(node.parent);
  return operator === 'Gtr' ? [] : ['1'];
}

/** A window is changed wherever it stands: it is one parameter of a rule. */
function windowMutations(expr: string, window: string): Mutation[] {
  const [, amount = '', unit = ''] = /^(\d+)(\w+)$/.exec(window) ?? [];
  const seconds = Number(amount) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit] ?? 1);
  const pattern = new RegExp(`(?<=\\[|offset )${window}\\b`, 'g');
  return [seconds * 2, seconds / 2].map((changed) => ({
    change: `window ${window} to ${changed}s`,
    expr: expr.replaceAll(pattern, `${changed}s`),
  }));
}

/**
 * Whether its series are matched with others by all labels: then the matcher of one side alone changes nothing, and it is dropped
 * wherever it stands.
 */
function isJoined(node: SyntaxNode): boolean {
  for (let outer = node.parent; outer !== null && outer.name !== 'AggregateExpr'; outer = outer.parent) {
    const { firstChild, lastChild } = outer;
    if (outer.name !== 'BinaryExpr' || !joins(outer) || firstChild === null || lastChild === null) continue;
    if (hasSelector(firstChild) && hasSelector(lastChild)) return true;
  }
  return false;
}

function joins(binary: SyntaxNode): boolean {
  for (let child = binary.firstChild; child !== null; child = child.nextSibling) {
    if (['Add', 'Sub', 'Mul', 'Div', 'And', 'Unless'].includes(child.name)) return true;
  }
  return false;
}

function hasSelector(node: SyntaxNode): boolean {
  if (node.name === 'VectorSelector') return true;
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (hasSelector(child)) return true;
  }
  return false;
}

function operatorOf(node: SyntaxNode): string {
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name in turnedRound || setOperators.has(child.name)) return child.name;
  }
  return '';
}

function setSides(node: SyntaxNode): [SyntaxNode, SyntaxNode] | undefined {
  const { firstChild, lastChild } = node;
  if (!setOperators.has(operatorOf(node)) || firstChild === null || lastChild === null) return undefined;
  return [firstChild, lastChild];
}

/** With the comma that separates it from another matcher. */
function withComma(expr: string, { from, to }: Range): Range {
  if (expr[to] === ',') return { from, to: to + 1 };
  return expr[from - 1] === ',' ? { from: from - 1, to } : { from, to };
}
