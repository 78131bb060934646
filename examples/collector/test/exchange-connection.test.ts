import { fakeClock } from '@sightline/testing';
import { describe, expect, test } from 'vitest';
import { exchangeConnection } from '../src/exchange-connection.js';
import { fakeSockets } from './fake-socket.js';

const subscriptions = [
  { channel: 'ticker', symbol: 'BTC_JPY' },
  { channel: 'orderbook', symbol: 'ETH_JPY' },
] as const;

function setting({ subscribeIntervalMs = 0, jitter = 1 } = {}) {
  const clock = fakeClock();
  const sockets = fakeSockets();
  const happened: string[] = [];
  const connection = exchangeConnection(
    {
      onMessage: (data) => happened.push(`message of ${data.byteLength}`),
      onFailure: (error) => happened.push(`failure: ${error.message}`),
      onLost: (reason) => happened.push(reason.message),
      onReconnected: () => happened.push('reconnected'),
    },
    {
      url: 'ws://me:secret@exchange.test/feed?token=secret',
      subscriptions,
      subscribeIntervalMs,
      minRetryMs: 100,
      maxRetryMs: 1000,
      silenceMs: 10_000,
      openSocket: sockets.open,
      clock,
      random: () => jitter,
    },
  );
  connection.start();
  const socket = (n: number) => {
    const found = sockets.opened[n];
    if (found === undefined) throw new Error(`No socket ${n} was opened`);
    return found;
  };
  return { clock, sockets, happened, connection, socket };
}

describe('an exchange connection', () => {
  test('subscribes once it is open', () => {
    const { socket } = setting();
    expect(socket(0).requests).toEqual([]);
    socket(0).emit('open');
    expect(socket(0).requests).toEqual([
      { command: 'subscribe', channel: 'ticker', symbol: 'BTC_JPY' },
      { command: 'subscribe', channel: 'orderbooks', symbol: 'ETH_JPY' },
    ]);
  });

  test('leaves time between requests if the exchange asks for it', () => {
    const { socket, clock } = setting({ subscribeIntervalMs: 1000 });
    socket(0).emit('open');
    expect(socket(0).requests).toHaveLength(1);
    clock.advance(999);
    expect(socket(0).requests).toHaveLength(1);
    clock.advance(1);
    expect(socket(0).requests).toHaveLength(2);
  });

  test('is made anew after a loss, and subscribes again', () => {
    const { socket, clock, connection, happened } = setting();
    expect(connection.isOpen()).toBe(false);
    socket(0).emit('open');
    expect(connection.isOpen()).toBe(true);
    socket(0).emit('close', 1001, 'maintenance');
    expect(connection.isOpen()).toBe(false);
    clock.advance(100);
    socket(1).emit('open');
    expect(connection.isOpen()).toBe(true);
    expect(socket(1).requests).toHaveLength(2);
    expect(happened).toEqual(['The connection to exchange.test ended with code 1001, "maintenance"', 'reconnected']);
  });

  test('waits twice as long after each attempt that fails, up to a limit', () => {
    const { sockets, socket, clock } = setting();
    const waitsMs: number[] = [];
    for (let attempt = 0; attempt < 6; attempt++) {
      socket(attempt).emit('error', new Error('refused'));
      socket(attempt).emit('close', 1006, '');
      waitsMs.push(clock.timers[0]?.dueInMs ?? 0);
      clock.advance(waitsMs.at(-1) ?? 0);
    }
    expect(waitsMs).toEqual([100, 200, 400, 800, 1000, 1000]);
    expect(sockets.opened).toHaveLength(7);
  });

  test('spreads its attempts over the second half of the wait', () => {
    const { socket, clock } = setting({ jitter: 0 });
    socket(0).emit('close', 1006, '');
    expect(clock.timers.map(({ dueInMs }) => dueInMs)).toEqual([50]);
  });

  test('is patient again only after a message, not with an exchange that accepts and drops', () => {
    const { socket, clock } = setting();
    socket(0).emit('open');
    socket(0).emit('close', 1006, '');
    clock.advance(100);
    socket(1).emit('open');
    socket(1).emit('close', 1006, '');
    expect(clock.timers.map(({ dueInMs }) => dueInMs)).toEqual([200]);
    clock.advance(200);
    socket(2).emit('open');
    socket(2).emit('message', new Uint8Array(3));
    socket(2).emit('close', 1006, '');
    expect(clock.timers.map(({ dueInMs }) => dueInMs)).toEqual([100]);
  });

  test('reports an attempt that failed as such, and no loss', () => {
    const { socket, happened } = setting();
    socket(0).emit('error', new Error('503'));
    socket(0).emit('close', 1006, '');
    expect(happened).toEqual(['failure: 503']);
  });

  test('pings a silent exchange, and gives it up when no answer comes', () => {
    const { socket, clock, sockets } = setting();
    socket(0).emit('open');
    clock.advance(10_000);
    expect(socket(0).pings).toBe(0);
    clock.advance(10_000);
    expect(socket(0).pings).toBe(1);
    clock.advance(10_000);
    expect(socket(0).isTerminated).toBe(true);
    clock.advance(100);
    expect(sockets.opened).toHaveLength(2);
  });

  test.each(['pong', 'ping', 'message'] as const)('takes a %s as a sign of life', (sign) => {
    const { socket, clock } = setting();
    socket(0).emit('open');
    for (let i = 0; i < 10; i++) {
      clock.advance(10_000);
      if (sign === 'message') socket(0).emit('message', new Uint8Array(1));
      else socket(0).emit(sign);
    }
    expect(socket(0).isTerminated).toBe(false);
  });

  test('shuts down for good, without a timer left and without reporting its own end', async () => {
    const { socket, clock, sockets, connection, happened } = setting();
    socket(0).emit('open');
    await connection.shutdown();
    socket(0).emit('message', new Uint8Array(1));
    clock.advance(100_000);
    expect(clock.timers).toEqual([]);
    expect(sockets.opened).toHaveLength(1);
    expect(happened).toEqual([]);
  });

  test('can be shut down between two attempts', async () => {
    const { socket, clock, sockets, connection } = setting();
    socket(0).emit('close', 1006, '');
    await connection.shutdown();
    clock.advance(100_000);
    expect(sockets.opened).toHaveLength(1);
  });
});
