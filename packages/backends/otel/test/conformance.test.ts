import { describeBackend } from '@sightline/conformance/backend';
import { describe, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { type OtlpProtocol, otelBackend } from '../src/index.js';
import { type Exchange, fakeCollector, hangs, takes } from './fake-collector.js';
import { grpcCollector } from './grpc-collector.js';
import { profiles } from './profile.js';
import { receivedFrom } from './received.js';

for (const profile of profiles)
  describeBackend({
    ...profile,
    randomPrograms: rounds(1000),
    runner: { describe, test },

    async create() {
      const protocol = protocolOf(profile.name);
      const collector = await (protocol === 'grpc' ? grpcCollector() : httpCollector());
      const { url } = collector;
      return { backend: otelBackend({ ...optionsOf(profile), protocol, url }), ...collector };
    },

    createUnstartable: () => ({ backend: otelBackend({ caFile: '/nowhere/ca.pem' }) }),

    received: ({ received }) => received.map(receivedFrom),
  });

function protocolOf(name: string): OtlpProtocol {
  if (name.includes('gRPC')) return 'grpc';
  return name.includes('JSON') ? 'http/json' : 'http/protobuf';
}

function optionsOf({ temporality, histogramNeed }: (typeof profiles)[number]) {
  const histograms = histogramNeed === 'native' ? 'exponential' : 'explicit';
  // One request is one window to the kit: totals of one push must not be spread over several.
  return {
    temporality,
    histograms,
    ...(temporality === 'cumulative' ? { maxPointsPerRequest: 100_000 } : {}),
  } as const;
}

async function httpCollector() {
  const { url, received, behave, shutdown: stop, restart } = await fakeCollector();
  return {
    url,
    received,
    hold() {
      const held: Exchange[] = [];
      behave((exchange) => void held.push(exchange));
      return () => {
        behave(takes);
        for (const exchange of held) if (!exchange.socket.destroyed) takes(exchange);
      };
    },
    async cut() {
      behave(hangs);
      await stop();
      return async () => {
        behave(takes);
        await restart();
      };
    },
    close: stop,
  };
}
