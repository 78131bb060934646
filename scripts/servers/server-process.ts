import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A server program that runs for a test, with its own folder and port. */
export interface ServerProcess {
  /** Base address, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Its working folder: at the start it has only the files that `arguments` wrote. */
  readonly folder: string;
  /** Ends the program and removes its folder. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly command: string;
  /** Called once the port and the empty folder are there; may write files into it. */
  arguments(port: number, folder: string): readonly string[];
  /** Added to the environment of the test. */
  environment?(port: number, folder: string): Readonly<Record<string, string>>;
  /** A path that answers 200 when the server is ready; or, without HTTP, a function that returns whether it is. */
  readonly ready: string | ((port: number, folder: string) => Promise<boolean>);
  /** Default: a free one. */
  readonly port?: number | undefined;
}

/** Starts a program that serves on loopback; rejects with its output unless it is ready in time. */
export async function startServer({ command, ready, ...options }: ServerOptions): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), `sightline-${basename(command)}-`));
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(command, options.arguments(port, folder), {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.environment?.(port, folder) },
  });
  const output = collectOutput(child);
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);

  async function stop(): Promise<void> {
    process.removeListener('exit', kill);
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      kill();
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  }

  const untilMs = Date.now() + READY_MS;
  for (;;) {
    const isReady = await (typeof ready === 'string' ? answersOk(url + ready) : ready(port, folder));
    const hasEnded = child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
    if (isReady && !hasEnded) break;
    if (hasEnded || Date.now() > untilMs) {
      await stop();
      throw new Error(`${command} ${hasEnded ? 'ended' : `was not ready after ${READY_MS} ms`}:\n${output()}`);
    }
    await delay(50);
  }
  return { url, port, folder, stop };
}

const READY_MS = 60_000;

/**
 * A free port for what listens later, or again. It is below those that the system gives to a caller that asks for any: one of
 * them could be another test's by then, which answers for the server that was meant.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    if (given.has(port)) continue;
    given.add(port);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

const given = new Set<number>();

/** Whether a server answers `hello` with `greeting`. */
export async function answers(port: number, hello: string, greeting: string): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write(hello);
    const [answer] = await once(socket, 'data');
    return String(answer).startsWith(greeting);
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function collectOutput(child: ChildProcess): () => string {
  let text = '';
  const keep = (chunk: Buffer) => {
    text = (text + chunk).slice(-4000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  child.on('error', (error) => keep(Buffer.from(error.message)));
  return () => text;
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
