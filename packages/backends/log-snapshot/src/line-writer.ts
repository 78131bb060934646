import { type DestinationStream, destination, pino } from 'pino';

/** Where lines go: pino, or anything with its `info`. */
export interface SnapshotLogger {
  info(fields: object, message: string): void;
}

export interface LineWriter {
  /** Writes one line. Throws where it was certainly not written. */
  write(fields: object): void;
  /** Why what was written is not out yet, or lost; asked after each line. */
  takeError(): Error | undefined;
}

export function lineWriter(logger: SnapshotLogger | undefined): LineWriter {
  if (logger === undefined) return destinationWriter(destination(standardOutput));
  const stream = pinoStream(logger);
  const target = stream === undefined ? logger : ownPino(passedOn(stream));
  return { write: (fields) => target.info(fields, 'metrics'), takeError: () => undefined };
}

// Synchronous, so that the last line is out when the process ends; bounded, for an output that takes nothing any more.
const standardOutput = { dest: 1, sync: true, maxLength: 16 * 1024 * 1024 };

/** Writes to a destination that keeps what it could not write, and tries it again before the next line. */
export function destinationWriter(output: ReturnType<typeof destination>): LineWriter {
  let error: Error | undefined;
  let isClosed = false;
  output.on('error', (failure: NodeJS.ErrnoException) => {
    error = failure;
    // pino's destination takes everything and writes nothing after this one.
    isClosed ||= failure.code === 'EPIPE';
  });
  output.on('drop', () => {
    error = new Error('the output takes nothing, and as much as may wait is waiting');
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

// Without the service's bindings, serializers, formatters, redaction and level: none of them may change the numbers.
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
 * Passes lines on to a stream that belongs to another pino logger. pino announces its configuration to a stream it is
 * given (a transport's worker would take ours for the service's), hence an object in between; and multistreams route by
 * what pino says about the line.
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
