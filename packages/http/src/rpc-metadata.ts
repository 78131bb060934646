import { type Context, createContextKey, type Span } from '@opentelemetry/api';

const ours: symbol = Symbol.for('sightline.http.rpc-metadata.v1');

/**
 * What instrumentations of one request hand to each other in the context (`RPCMetadata` of `@opentelemetry/core`): the one that
 * starts the server span sets it, and those of routers write their route into it.
 */
export interface RpcMetadata {
  readonly type: string;
  readonly span: Span;
  route?: string | undefined;
}

export function rpcMetadata(context: Context): RpcMetadata | undefined {
  const metadata = context.getValue(rpcMetadataKey) as Partial<RpcMetadata> | undefined;
  return metadata?.type === 'http' && typeof metadata.span?.spanContext === 'function'
    ? (metadata as RpcMetadata)
    : undefined;
}

/** That of a request whose server span we have started. */
export class OwnRpcMetadata implements RpcMetadata {
  readonly type = 'http';
  readonly span: Span;
  route: string | undefined = undefined;

  constructor(span: Span) {
    this.span = span;
  }
}

// In every copy of this package.
Object.defineProperty(OwnRpcMetadata.prototype, ours, { value: true });

export function isOwnRpcMetadata(metadata: RpcMetadata): boolean {
  return ours in metadata;
}

/** That of `@opentelemetry/core`: the API makes the same key of the same text. */
export const rpcMetadataKey: symbol = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');
