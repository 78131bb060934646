import { expect, test } from 'vitest';
import { serviceFlow } from '../../page/src/flow/service-flow.js';
import { cutMiddle } from '../../page/src/format/cut-middle.js';
import type { FlowAnswer, FlowEdge, FlowNode } from '../../src/model/answers.js';

const node = (name: string, kind: FlowNode['kind']): FlowNode => ({
  id: `${kind} ${name}`,
  name,
  kind,
  perSecond: 1,
  errorShare: 0,
  p95Ms: 1,
  lastMs: 1,
});
const edge = (from: string, to: string, facts: Partial<FlowEdge> = {}): FlowEdge => ({
  from,
  to,
  count: 60,
  perSecond: 1,
  errors: 0,
  p95Ms: 5,
  traceId: 't',
  ...facts,
});
const flow: FlowAnswer = {
  nodes: [node('shop', 'service'), node('stock', 'service'), node('events', 'topic'), node('pg', 'database')],
  edges: [
    edge('service shop', 'topic events'),
    edge('topic events', 'service stock', { perSecond: 2 }),
    edge('service shop', 'service stock'),
    edge('service stock', 'database pg'),
  ],
};
const shown = (answer: FlowAnswer): unknown[] =>
  answer.edges.map(({ from, to, perSecond, errors, p95Ms }) => [from, to, perSecond, errors, p95Ms]);

test('topics are left out', () => {
  const services = serviceFlow(flow);
  expect(services.nodes.map(({ name }) => name)).toEqual(['shop', 'stock', 'pg']);
  expect(shown(services)).toEqual([
    ['service shop', 'service stock', 1, 0, 5],
    ['service stock', 'database pg', 1, 0, 5],
  ]);
});

test('edges between services that the server knows are taken, those by several topics as one', () => {
  const serviceEdges = [
    edge('service shop', 'service stock', { via: 'events', errors: 2, p95Ms: 9 }),
    edge('service shop', 'service stock', { via: 'commands' }),
  ];
  expect(shown(serviceFlow({ ...flow, serviceEdges }))).toEqual([
    ['service stock', 'database pg', 1, 0, 5],
    ['service shop', 'service stock', 2, 2, 9],
  ]);
});

test('a long name keeps its beginning and its end', () => {
  expect(cutMiddle('events.OrderPlaced', 11)).toBe('event…laced');
  expect(cutMiddle('events', 11)).toBe('events');
  expect(cutMiddle('👩‍👩‍👧🇩🇪👍🏽', 3)).toBe('👩‍👩‍👧🇩🇪👍🏽');
  expect(cutMiddle('👩‍👩‍👧🇩🇪👍🏽👍🏽🇩🇪', 3)).toBe('👩‍👩‍👧…🇩🇪');
});
