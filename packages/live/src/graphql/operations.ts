import { errorText } from '@sightline/base';
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  subscribe,
  validate,
} from 'graphql';
import type { GraphqlOptions } from './graphql-options.js';
import { liveSchema, operationContext, type RootValue, rootValueOf } from './live-schema.js';
import { limitErrors } from './query-limits.js';

/** Reads, checks and runs operations, whatever they came over. Its methods never throw. */
export class Operations {
  readonly schema: GraphQLSchema = liveSchema;
  readonly rootValue: RootValue;
  readonly #options: GraphqlOptions;
  /** Why a document could not be read. */
  readonly #unreadable = new WeakMap<DocumentNode, GraphQLError>();

  constructor(options: GraphqlOptions) {
    this.#options = options;
    this.rootValue = rootValueOf(options);
  }

  /** A document that `validate` knows an error of, if the source is wrong or too long. */
  parse(source: string): DocumentNode {
    try {
      return parse(source, { maxTokens: MAX_TOKENS });
    } catch (error) {
      const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };
      this.#unreadable.set(document, error instanceof GraphQLError ? error : new GraphQLError(errorText(error)));
      return document;
    }
  }

  validate(document: DocumentNode, mayIntrospect: boolean): readonly GraphQLError[] {
    const unreadable = this.#unreadable.get(document);
    if (unreadable !== undefined) return [unreadable];
    const rules = mayIntrospect ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
    const errors = validate(this.schema, document, rules, { maxErrors: MAX_ERRORS });
    if (errors.length === 0) return limitErrors(document);
    // "Did you mean" would reveal the schema.
    return mayIntrospect
      ? errors
      : errors.map((error) => withMessage(error, error.message.replace(/ Did you mean .*$/, '')));
  }

  /** The result is still to be made `presentable`. */
  async execute(args: ExecutionArgs): Promise<ExecutionResult> {
    return execute(args);
  }

  /** Results are still to be made `presentable`. */
  subscribe(args: ExecutionArgs): Promise<ExecutionResult | AsyncGenerator<ExecutionResult, void, void>> {
    return subscribe(args);
  }

  /** What an operation runs with. */
  argsOf(document: DocumentNode, { operationName, variables }: Omit<GraphqlRequest, 'query'>): ExecutionArgs {
    return {
      schema: this.schema,
      rootValue: this.rootValue,
      contextValue: operationContext(),
      document,
      operationName,
      variableValues: variables,
    };
  }

  /** A result as clients get it: without the messages of errors that are unexpected, whose texts may say anything. */
  presentable({ errors, ...result }: ExecutionResult): FormattedExecutionResult {
    if (errors === undefined) return result;
    return { ...result, errors: errors.map((error) => this.#presentableError(error).toJSON()) };
  }

  #presentableError(error: GraphQLError): GraphQLError {
    const { originalError } = error;
    if (originalError === undefined || originalError instanceof GraphQLError) return error;
    this.#options.faults.failed('A GraphQL field of the dashboard', originalError);
    return withMessage(error, 'The field failed. The log of the service says why.');
  }
}

/** A request of GraphQL over HTTP, section "Request parameters". */
export interface GraphqlRequest {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>> | null;
}

const MAX_TOKENS = 1000;
const MAX_ERRORS = 10;

function withMessage(error: GraphQLError, message: string): GraphQLError {
  const { nodes, source, positions, path } = error;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
  });
}
