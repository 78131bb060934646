import { describe } from 'vitest';
import { startKafkaStub } from '../../../scripts/servers/kafka-stub.js';
import { startPostgres } from '../../../scripts/servers/postgres.js';
import { startRabbitmq } from '../../../scripts/servers/rabbitmq.js';
import { startRedis } from '../../../scripts/servers/redis.js';
import { requireServer } from '../../../scripts/servers/require-server.js';
import { haveTheSameSpans } from './instrumentations/same-spans.js';

const http = '@opentelemetry/instrumentation-http';

describe('frameworks', () => {
  haveTheSameSpans([
    { program: 'koa', instrumentations: [http, '@opentelemetry/instrumentation-koa'], spans: 13 },
    { program: 'nestjs', instrumentations: [http, '@opentelemetry/instrumentation-nestjs-core'], spans: 13 },
    { program: 'fastify', instrumentations: [http], spans: 16 },
    { program: 'fastify', spans: 10 },
    {
      program: 'fastify',
      instrumentations: [http, '@fastify/otel'],
      env: { IS_INSTRUMENTED: 'true' },
      spans: 16,
    },
    { program: 'prisma', spans: 7 },
    { program: 'prisma', instrumentations: ['@prisma/instrumentation'], env: { IS_INSTRUMENTED: 'true' }, spans: 7 },
    { program: 'next', spans: 4 },
    {
      program: 'aws-lambda',
      instrumentations: ['@opentelemetry/instrumentation-aws-lambda'],
      env: { _HANDLER: 'lambda-handler.handler', AWS_LAMBDA_FUNCTION_NAME: 'orders' },
      spans: 4,
      // All spans have been sent when a handler returns. Under `NodeSDK` they have not: it makes its provider after the instrumentations.
      reports: [
        [1, 'the first has returned'],
        [2, 'the second has failed'],
      ],
    },
    { program: 'sentry', isPreloaded: false, spans: 5 },
  ]);
});

describe('Kafka, of which the broker is a stub', () => {
  haveTheSameSpans([
    {
      program: 'kafkajs',
      instrumentations: ['@opentelemetry/instrumentation-kafkajs'],
      server: startKafkaStub,
      hasServerPerRun: true,
      spans: 17,
    },
  ]);
});

describe.skipIf(!requireServer('/usr/lib/postgresql'))('PostgreSQL', () => {
  haveTheSameSpans([
    { program: 'pg', instrumentations: ['@opentelemetry/instrumentation-pg'], server: startPostgres, spans: 17 },
  ]);
});

describe.skipIf(!requireServer('redis-server'))('Redis', () => {
  haveTheSameSpans([
    { program: 'ioredis', instrumentations: ['@opentelemetry/instrumentation-ioredis'], server: startRedis, spans: 10 },
  ]);
});

describe.skipIf(!requireServer('/usr/lib/rabbitmq/bin/rabbitmq-server'))('RabbitMQ', () => {
  haveTheSameSpans([
    {
      program: 'amqplib',
      instrumentations: ['@opentelemetry/instrumentation-amqplib'],
      server: startRabbitmq,
      spans: 10,
    },
  ]);
});
