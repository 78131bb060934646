import { type ExecutionResult, GraphQLError } from 'graphql';

/**
 * Runs the queries of a socket one after the other, each when the answer before it has been sent: a frame can hold hundreds of queries whose
 * answers have megabytes each.
 */
export class QueryTurns {
  readonly #whenDrained: () => Promise<void>;
  #last: Promise<unknown> = Promise.resolve();
  #count = 0;

  /** @param whenDrained resolves when little waits to be sent, or when the socket is closed */
  constructor(whenDrained: () => Promise<void>) {
    this.#whenDrained = whenDrained;
  }

  async run(execute: () => Promise<ExecutionResult>): Promise<ExecutionResult> {
    if (this.#count >= MAX_QUERIES) return tooMany;
    this.#count++;
    const turn = this.#last.then(execute);
    this.#last = turn
      .catch(() => {}) // its caller's
      .then(() => new Promise((resolve) => setImmediate(resolve))) // until then the answer waits to be sent
      .then(this.#whenDrained)
      .finally(() => this.#count--);
    return turn;
  }
}

const MAX_QUERIES = 20;
const tooMany: ExecutionResult = {
  errors: [new GraphQLError(`The socket has ${MAX_QUERIES} queries that are not answered yet. Wait for an answer.`)],
};
