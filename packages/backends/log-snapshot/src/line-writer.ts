import { type DestinationStream, destination, pino } from 'pino';

/** The destination of lines: pino, or any object with an `info` method. */
export interface SnapshotLogger {
  info(fields: object, message: string): void;
}

export interface LineWriter {
  /** Writes one line. Throws if it was certainly not written. */
  write(fields: object): void;
  /** Why written lines are not out yet or lost. Called after each line. */
  takeError(): Error | undefined;
}

export function lineWriter(logger: SnapshotLogger | undefined): LineWriter {
  if (logger === undefined) return destinationWriter(destination(standardOutput));
  const stream = pinoStream(logger);
  const target = stream === undefined ? logger : ownPino(passedOn(stream));
  return { write: (fields) => target.info(fields, 'metrics'), takeError: () => undefined };
}

// Synchronous, so that the last line is out when the process ends. Bounded, in case the output accepts nothing any more.
const standardOutput = { dest: 1, sync: true, maxLength: 16 * 1024 * 1024 };

/** Writes to a destination that keeps unwritten lines and retries them before the next line. */
export function destinationWriter(output: ReturnType<typeof destination>): LineWriter {
  let error: Error | undefined;
  let isClosed = false;
  output.on('error', (failure: NodeJS.ErrnoException) => {
    error = failure;
    // After this error pino's destination accepts everything and writes nothing.
    isClosed ||= failure.code === 'EPIPE';
  });
  output.on('drop', () => {
    error = new Error('the output accepts nothing, and the buffer is full');
  });
  const target = ownPino(output);
  return {
    write: (fields) => target.info(fields, 'metrics'),
    takeError() {
      const taken = error;
      if (!isClosed) error = undefined;
      return taken;
    },
  };
}

// Without the service's bindings, serializers, formatters, redaction and level, which may change the numbers.
function ownPino(stream: DestinationStream): SnapshotLogger {
  return pino({ level: 'info', base: null }, stream);
}

/** The destination of a pino logger: pino keeps it under a symbol that differs between copies of pino but for its name. */
function pinoStream(logger: object): PinoStream | undefined {
  for (let holder: object | null = logger; holder !== null; holder = Object.getPrototypeOf(holder)) {
    const symbol = Object.getOwnPropertySymbols(holder).find(({ description }) => description === 'pino.stream');
    if (symbol === undefined) continue;
    const stream: unknown = Reflect.get(holder, symbol);
    return isStream(stream) ? stream : undefined;
  }
  return undefined;
}

const needsMetadata = Symbol.for('pino.metadata');

interface PinoStream extends DestinationStream {
  [needsMetadata]?: boolean;
}

function isStream(value: unknown): value is PinoStream {
  return typeof value === 'object' && value !== null && typeof (value as { write?: unknown }).write === 'function';
}

/**
 * Passes lines on to the stream of another pino logger. The object in between hides our configuration: pino announces it to the stream,
 * and a transport's worker would take it for the service's. It passes on the metadata by which multistreams route lines.
 */
function passedOn(stream: PinoStream): DestinationStream {
  const between = {
    [needsMetadata]: true,
    write(line: string): void {
      if (stream[needsMetadata] === true) {
        for (const fact of ['lastLevel', 'lastObj', 'lastMsg', 'lastTime', 'lastLogger']) {
          Reflect.set(stream, fact, Reflect.get(between, fact));
        }
      }
      stream.write(line);
    },
  };
  return between;
}
