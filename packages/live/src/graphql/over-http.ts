import {
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  GraphQLError,
  getOperationAST,
} from 'graphql';
import { acceptedType } from '../http/accepted-type.js';
import { EventStream } from '../http/event-stream.js';
import { checkMethod, type Exchange, sendJsonText } from '../http/exchange.js';
import { readBody } from '../http/request-body.js';
import { RequestError } from '../http/request-error.js';
import { dataHeaders } from '../http/security-headers.js';
import type { GraphqlOptions } from './graphql-options.js';
import type { Operations } from './operations.js';
import { parametersOfBody, parametersOfUrl } from './request-parameters.js';
import { streamResults } from './stream-results.js';

type MediaType = 'application/graphql-response+json' | 'application/json' | 'text/event-stream';

/**
 * Answers a request of GraphQL over HTTP, or of GraphQL over SSE in "distinct connections mode". Rejects with a `RequestError` if it is
 * neither.
 */
export async function answerOverHttp(
  exchange: Exchange,
  options: GraphqlOptions,
  operations: Operations,
  streams: Set<OpenStream>,
): Promise<void> {
  checkMethod(exchange, 'GET', 'POST');
  const { request, parameters } = exchange;
  const type = mediaTypeFor(request.headers.accept);
  const isPost = request.method === 'POST';
  const asked = isPost
    ? parametersOfBody(await readBody(request, 'application/json', { maxBytes: MAX_BODY_BYTES, clock: options.clock }))
    : parametersOfUrl(parameters);
  const document = operations.parse(asked.query);
  const errors = operations.validate(document, options.mayIntrospect(request));
  const operation = getOperationAST(document, asked.operationName);
  const send = (result: ExecutionResult): void => sendResult(exchange, type, operations.presentable(result), options);
  if (errors.length > 0) return send({ errors });
  if (operation == null) {
    const message = 'The operation to run is not clear. Send one operation, or its name as "operationName".';
    return send({ errors: [new GraphQLError(message)] });
  }
  if (operation.operation === 'mutation') return send({ errors: [new GraphQLError('There are no mutations here.')] });
  const args = operations.argsOf(document, asked);
  if (operation.operation !== 'subscription') {
    return send(await operations.execute(args));
  }
  if (type !== 'text/event-stream') {
    throw new RequestError(
      406,
      'A subscription needs "Accept: text/event-stream", or a WebSocket with the protocol graphql-transport-ws.',
    );
  }
  return subscribeOverSse(exchange, options, operations, args, streams);
}

/** A subscription over server-sent events. */
export interface OpenStream {
  /** The client may come back: it gets no end of the subscription. */
  end(): void;
  cut(): void;
}

/** Without a header, and for a client that takes anything, the type that all know. */
function mediaTypeFor(accept: string | undefined): MediaType {
  const preferred: readonly MediaType[] = ['application/graphql-response+json'];
  const known: readonly MediaType[] = ['application/json', 'text/event-stream'];
  const isNamed = /application\/graphql-response\+json/i.test(accept ?? '');
  const type = acceptedType(accept, isNamed ? [...preferred, ...known] : known);
  if (type !== undefined) return type;
  throw new RequestError(
    406,
    `None of the accepted types is possible. These are: ${[...preferred, ...known].join(', ')}.`,
  );
}

async function subscribeOverSse(
  exchange: Exchange,
  { places, clock, faults }: GraphqlOptions,
  operations: Operations,
  args: ExecutionArgs,
  streams: Set<OpenStream>,
): Promise<void> {
  const stream = places.open((onClose) => {
    const opened = new EventStream({ ...exchange, headers: dataHeaders, clock });
    opened.onClose(onClose);
    return opened;
  });
  const results = await operations.subscribe(args);
  if (!('next' in results)) {
    sendOnly(stream, operations.presentable(results));
    return;
  }
  const open: OpenStream = {
    end() {
      stream.end();
      results.return().catch(() => {}); // it only ends the subscription
    },
    cut: () => stream.cut(),
  };
  streams.add(open);
  stream.onClose(() => {
    streams.delete(open);
    open.end();
  });
  await streamResults(stream, results, (result) => operations.presentable(result), faults);
}

function sendOnly(stream: EventStream, result: FormattedExecutionResult): void {
  stream.send('next', JSON.stringify(result));
  stream.send('complete', '');
  stream.end();
}

function sendResult(
  exchange: Exchange,
  type: MediaType,
  result: FormattedExecutionResult,
  { clock }: GraphqlOptions,
): void {
  if (type === 'text/event-stream') {
    sendOnly(new EventStream({ ...exchange, headers: dataHeaders, clock }), result);
    return;
  }
  // A well-formed request has 200 with the older type; the newer one says by the status whether it could be executed.
  const isRequestError = result.data === undefined;
  const status = isRequestError && type === 'application/graphql-response+json' ? 400 : 200;
  sendJsonText(exchange, status, JSON.stringify(result), { 'Content-Type': `${type}; charset=utf-8` });
}

const MAX_BODY_BYTES = 65_536;
