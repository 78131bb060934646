import type { GraphqlOptions } from '../graphql/graphql-options.js';
import type { GraphqlServer } from '../graphql/graphql-server.js';
import { RequestError } from '../http/request-error.js';

/** The GraphQL server, loaded when it is first used: that takes 100 ms and 15 MB. */
export class LazyGraphql {
  readonly #options: GraphqlOptions;
  #loading: Promise<GraphqlServer> | undefined;
  #server: GraphqlServer | undefined;

  constructor(options: GraphqlOptions) {
    this.#options = options;
  }

  load(): Promise<GraphqlServer> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  shutdown(): void {
    this.#server?.shutdown();
  }

  cut(): void {
    this.#server?.cut();
  }

  async #load(): Promise<GraphqlServer> {
    try {
      const { graphqlServer } = await import('../graphql/graphql-server.js');
      this.#server = graphqlServer(this.#options);
      return this.#server;
    } catch (error) {
      this.#loading = undefined;
      this.#options.faults.failed('Loading GraphQL', error);
      throw new RequestError(503, 'GraphQL cannot be loaded. Install the packages graphql, graphql-ws and ws.');
    }
  }
}
