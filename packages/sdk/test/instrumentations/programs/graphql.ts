import { trace } from '@opentelemetry/api';
import { buildSchema, graphql } from 'graphql';
import { program } from './program.js';

program(async () => {
  const schema = buildSchema(`
    type Order { id: ID!, lines: [Line!]! }
    type Line { item: String!, price: Float }
    type Query { order(id: ID!): Order, broken: String }
    type Mutation { place(item: String!): Order! }
  `);
  const order = (id: string) => ({
    id,
    lines: async () => [{ item: 'book', price: async () => 12.5 }, { item: 'pen' }],
  });
  const rootValue = {
    order: ({ id }: { id: string }) => order(id),
    broken: () => {
      throw new Error('no such field');
    },
    place: async () => order('2'),
  };
  const run = (source: string, variableValues: Readonly<Record<string, unknown>> = {}) =>
    graphql({ schema, source, rootValue, variableValues });
  await trace.getTracer('shop').startActiveSpan('request', async (span) => {
    await run('query Find($id: ID!) { order(id: $id) { id lines { item price } } }', { id: '1' });
    span.end();
  });
  await run('mutation { place(item: "book") { id } }');
  await run('{ broken }');
  await run('{ unknown }');
  await run('{ syntax');
});
