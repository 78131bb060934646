import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { KafkaReader, KafkaWriter } from './kafka-bytes.js';

/** What of Kafka's protocol one producer and one group with one member need, as there is no broker of Debian's. */
export interface KafkaStub {
  /** `host:port`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a broker in this process that has every topic, with one partition, and keeps what is sent to it. */
export async function startKafkaStub(): Promise<KafkaStub> {
  const batches = new Map<string, Batch[]>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let received = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 4 && received.length >= 4 + received.readInt32BE()) {
        const end = 4 + received.readInt32BE();
        const reader = new KafkaReader(received.subarray(4, end));
        received = received.subarray(end);
        const [key, , correlation] = [reader.int16(), reader.int16(), reader.int32()];
        reader.string(); // the name of the client
        const answer = new KafkaWriter().int32(correlation);
        respond(key, reader, answer, { port: (server.address() as AddressInfo).port, batches });
        // As a broker does when nothing new is there, so that a consumer does not ask without a pause.
        setTimeout(() => socket.destroyed || socket.write(answer.framed()), key === FETCH ? 20 : 0);
      }
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

interface Batch {
  readonly offset: number;
  readonly count: number;
  readonly bytes: Buffer;
}

interface Broker {
  readonly port: number;
  readonly batches: Map<string, Batch[]>;
}

const PRODUCE = 0;
const FETCH = 1;
/** The one version of each request that is spoken (Kafka protocol guide): key, version. */
const versions: ReadonlyArray<readonly [key: number, version: number]> = [
  [PRODUCE, 3],
  [FETCH, 4],
  [2, 1],
  [3, 0],
  [8, 2],
  [9, 1],
  [10, 0],
  [11, 0],
  [12, 0],
  [13, 0],
  [14, 0],
  [18, 1],
];

function respond(key: number, request: KafkaReader, to: KafkaWriter, { port, batches }: Broker): void {
  const node = () => to.int32(0).string('127.0.0.1').int32(port);
  const topicsOf = (read: () => void) =>
    request.array(() => {
      const name = request.string();
      to.string(name);
      to.int32(request.peekInt32());
      request.array(read);
      return name;
    });
  switch (key) {
    case PRODUCE: {
      request.string(); // transaction
      request.int16();
      request.int32();
      to.int32(request.peekInt32());
      request.array(() => {
        const name = request.string();
        to.string(name).int32(request.peekInt32());
        request.array(() => {
          const [partition, bytes] = [request.int32(), request.bytes()];
          const kept = batches.get(name) ?? [];
          const offset = kept.reduce((sum, { count }) => sum + count, 0);
          bytes.writeBigInt64BE(BigInt(offset));
          batches.set(name, [...kept, { offset, count: bytes.readInt32BE(57), bytes }]);
          to.int32(partition).int16(0).int64(offset).int64(-1);
        });
      });
      to.int32(0);
      return;
    }
    case FETCH:
      for (let i = 0; i < 4; i++) request.int32();
      request.skip(1);
      to.int32(0).int32(request.peekInt32());
      request.array(() => {
        const name = request.string();
        to.string(name).int32(request.peekInt32());
        request.array(() => {
          const [partition, from] = [request.int32(), request.int64()];
          request.int32();
          const kept = batches.get(name) ?? [];
          const end = kept.reduce((sum, { count }) => sum + count, 0);
          const bytes = Buffer.concat(kept.filter(({ offset }) => offset >= from).map((batch) => batch.bytes));
          to.int32(partition).int16(0).int64(end).int64(end).int32(0).bytes(bytes);
        });
      });
      return;
    case 2: // list offsets: all begin at 0
      request.int32();
      to.int32(request.peekInt32());
      topicsOf(() => {
        to.int32(request.int32()).int16(0).int64(-1).int64(0);
        request.int64();
      });
      return;
    case 3: {
      to.int32(1);
      node();
      to.int32(request.peekInt32());
      request.array(() => {
        to.int16(0).string(request.string()).int32(1);
        to.int16(0).int32(0).int32(0).int32(1).int32(0).int32(1).int32(0);
      });
      return;
    }
    case 8: // commit
      request.string();
      request.int32();
      request.string();
      request.int64();
      to.int32(request.peekInt32());
      topicsOf(() => {
        to.int32(request.int32()).int16(0);
        request.int64();
        request.string();
      });
      return;
    case 9: // committed offsets: none
      request.string();
      to.int32(request.peekInt32());
      topicsOf(() => void to.int32(request.int32()).int64(-1).string('').int16(0));
      return;
    case 10:
      to.int16(0);
      node();
      return;
    case 11: {
      request.string();
      request.int32();
      request.string();
      request.string();
      const [first] = request.array(() => [request.string(), request.bytes()] as const);
      const [protocol, metadata] = first ?? ['', Buffer.alloc(0)];
      to.int16(0).int32(1).string(protocol).string('member').string('member').int32(1);
      to.string('member').bytes(metadata);
      return;
    }
    case 14: {
      request.string();
      request.int32();
      request.string();
      const [assignment] = request.array(() => {
        request.string();
        return request.bytes();
      });
      to.int16(0).bytes(assignment ?? Buffer.alloc(0));
      return;
    }
    case 18:
      to.int16(0).int32(versions.length);
      for (const [each, version] of versions) to.int16(each).int16(version).int16(version);
      to.int32(0);
      return;
    default: // heartbeat, leave
      to.int16(0);
  }
}
