import { once } from 'node:events';
import type { Server as NetServer, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import * as grpc from '@grpc/grpc-js';
import { freePort } from '../../../../scripts/servers/server-process.js';
import { type DecodedRequest, decodeProtobuf } from '../../../../scripts/test/official-messages.js';

export type GrpcAnswer = (
  callback: grpc.sendUnaryData<Uint8Array>,
  call: grpc.ServerUnaryCall<Uint8Array, Uint8Array>,
) => void;

/** An OTLP/gRPC collector on grpc-js: the protocol is theirs, the messages are read by the official definitions. */
export interface GrpcCollector {
  readonly url: string;
  readonly received: readonly DecodedRequest[];
  readonly metadata: readonly grpc.Metadata[];
  behaveOnce(...answers: GrpcAnswer[]): void;
  hold(): () => void;
  cut(): Promise<() => Promise<void>>;
  shutdown(): Promise<void>;
}

export async function grpcCollector(credentials = grpc.ServerCredentials.createInsecure()): Promise<GrpcCollector> {
  const received: DecodedRequest[] = [];
  const metadata: grpc.Metadata[] = [];
  const next: GrpcAnswer[] = [];
  let held: Array<() => void> | undefined;
  const server = new grpc.Server();
  const identity = (bytes: Buffer): Buffer => bytes;
  server.addService(
    {
      export: {
        path: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
        requestStream: false,
        responseStream: false,
        requestDeserialize: identity,
        requestSerialize: identity,
        responseDeserialize: identity,
        responseSerialize: identity,
      },
    },
    {
      export(call: grpc.ServerUnaryCall<Uint8Array, Uint8Array>, callback: grpc.sendUnaryData<Uint8Array>) {
        const decoded = decodeProtobuf(call.request);
        metadata.push(call.metadata);
        const answer = next.shift();
        if (answer !== undefined) return answer(callback, call);
        const take = (): void => {
          if (call.cancelled) return;
          received.push(decoded);
          callback(null, Buffer.alloc(0));
        };
        if (held === undefined) take();
        else held.push(take);
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  const front = await relay(port);
  return {
    url: `http://127.0.0.1:${front.port}`,
    received,
    metadata,
    behaveOnce: (...answers) => void next.push(...answers),
    hold() {
      held = [];
      return () => {
        const waiting = held ?? [];
        held = undefined;
        for (const take of waiting) take();
      };
    },
    async cut() {
      await front.shutdown();
      return front.restart;
    },
    async shutdown() {
      await front.shutdown();
      server.forceShutdown();
    },
  };
}

/** Connections through a port that can be closed and opened again: a gRPC server cannot. */
async function relay(target: number): Promise<{ port: number; shutdown(): Promise<void>; restart(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: NetServer = createServer((socket) => {
    const other = connect(target, '127.0.0.1');
    for (const [one, peer] of [
      [socket, other],
      [other, socket],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.once('close', () => {
        sockets.delete(one);
        peer.destroy();
      });
    }
    socket.pipe(other).pipe(socket);
  });
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as { port: number }).port;
  };
  const port = await listen(await freePort());
  return {
    port,
    async shutdown() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    async restart() {
      if (!server.listening) await listen(port);
    },
  };
}
