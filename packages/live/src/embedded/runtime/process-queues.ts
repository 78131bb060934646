import type { HolderRow } from '../../model/answers.js';

/** Bytes that wait in the process to be written: output streams and sockets. */
export function processQueues(): readonly HolderRow[] {
  const streams = [
    { name: 'stdout', stream: process.stdout },
    { name: 'stderr', stream: process.stderr },
  ].map(({ name, stream }) => rowOf(name, stream));
  return [...streams, ...sockets()].filter((row) => row !== undefined);
}

function sockets(): ReadonlyArray<HolderRow | undefined> {
  const { _getActiveHandles: handles } = process as { _getActiveHandles?: () => readonly unknown[] };
  if (typeof handles !== 'function') return [];
  return handles
    .call(process)
    .filter((handle) => isSocket(handle) && handle.writableLength > 0)
    .map((handle) => {
      const { remoteAddress, remotePort } = handle as Socket;
      return rowOf(
        remoteAddress === undefined ? 'a socket' : `socket to ${remoteAddress}:${remotePort}`,
        handle as Socket,
      );
    });
}

interface Socket {
  readonly writableLength: number;
  readonly writableHighWaterMark: number;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

function isSocket(handle: unknown): handle is Socket {
  return (
    typeof handle === 'object' &&
    handle !== null &&
    typeof Reflect.get(handle, 'writableLength') === 'number' &&
    'remoteAddress' in handle
  );
}

function rowOf(name: string, stream: Pick<Socket, 'writableLength' | 'writableHighWaterMark'>): HolderRow | undefined {
  const { writableLength: bytes, writableHighWaterMark: limit } = stream;
  if (typeof bytes !== 'number') return undefined;
  return { name, bytes, items: null, limit, detail: 'written, but not yet taken by the system' };
}
