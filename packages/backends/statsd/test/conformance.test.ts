import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Declared, ReceivedWindow } from '@sightline/conformance/backend';
import { describeBackend } from '@sightline/conformance/backend';
import { afterAll, describe, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { type StatsdOptions, statsdBackend } from '../src/index.js';
import { profiles } from './profile.js';
import { type Dialect, receivedPoints } from './read-lines.js';
import { streamServer, type TestServer, udpServer } from './test-server.js';

const folder = mkdtempSync(join(tmpdir(), 'sightline-statsd-'));
let sockets = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Wire {
  readonly dialect: Dialect;
  /** Starts a server, again at the same place if one is given. */
  serve(earlier?: TestServer): Promise<{ server: TestServer; options: StatsdOptions; hold?: () => () => void }>;
}

const host = '127.0.0.1';
const wires: Readonly<Record<string, Wire>> = {
  'StatsD (UDP)': {
    dialect: 'statsd',
    async serve(earlier) {
      const server = await udpServer(earlier?.port ?? 0);
      return { server, options: { host, port: server.port } };
    },
  },
  'DogStatsD (Unix)': { dialect: 'dogstatsd', serve: (earlier) => unixServer(earlier) },
  'DogStatsD timers (Unix)': {
    dialect: 'dogstatsd',
    async serve(earlier) {
      const { server, options, hold } = await unixServer(earlier);
      return { server, options: { ...options, histogramType: 'ms' }, hold: hold as () => () => void };
    },
  },
  'Graphite tags (TCP)': {
    dialect: 'graphite',
    async serve(earlier) {
      const server = await streamServer({ listen: { host, port: earlier?.port ?? 0 } });
      return { server, options: { host, port: server.port, protocol: 'tcp' }, hold: holding(server) };
    },
  },
};

const paths = new WeakMap<TestServer, string>();

async function unixServer(earlier: TestServer | undefined): ReturnType<Wire['serve']> {
  const path = (earlier === undefined ? undefined : paths.get(earlier)) ?? join(folder, `${sockets++}.sock`);
  const server = await streamServer({ listen: { path }, framing: 'length' });
  paths.set(server, path);
  return { server, options: { path }, hold: holding(server) };
}

function holding(server: Awaited<ReturnType<typeof streamServer>>): () => () => void {
  return () => {
    for (const socket of server.connections) socket.pause();
    return () => {
      for (const socket of server.connections) socket.resume();
    };
  };
}

for (const profile of profiles) {
  const wire = wires[profile.name];
  if (wire === undefined) throw new Error(`No wire for ${profile.name}`);
  const { dialect } = wire;
  describeBackend({
    ...profile,
    randomPrograms: rounds(1000),
    runner: { describe, test },
    async create() {
      const first = await wire.serve();
      const servers = [first.server];
      return {
        backend: statsdBackend({ ...first.options, dialect }),
        servers,
        windows: [] as ReceivedWindow[],
        linesRead: { count: 0 },
        ...(first.hold === undefined ? {} : { hold: first.hold }),
        async cut() {
          await first.server.shutdown();
          return async () => {
            if (servers.length === 1) servers.push((await wire.serve(first.server)).server);
          };
        },
        async close() {
          // The first one may have been cut already.
          for (const server of servers) await server.shutdown().catch(() => {});
        },
      };
    },
    async received({ servers, windows, linesRead }, declared: Declared) {
      await servers.at(-1)?.settled();
      const lines = servers.flatMap((server) => server.lines());
      windows.push(receivedPoints(lines.slice(linesRead.count), dialect, declared));
      linesRead.count = lines.length;
      return windows;
    },
  });
}
