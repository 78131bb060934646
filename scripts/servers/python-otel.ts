import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

// No Debian package, so that its absence fails nothing.
const python = process.env['PYTHON_OTEL'] || 'python3';
export const hasPythonOtel: boolean =
  spawnSync(python, ['-c', 'import opentelemetry.exporter.otlp.proto.grpc']).status === 0;
if (!hasPythonOtel) {
  console.warn(
    'Tests with a sender in Python are skipped. Set PYTHON_OTEL to an interpreter that has opentelemetry-exporter-otlp, for example ' +
      'the one that scripts/servers/python-otel/build makes.',
  );
}

/** Sends a trace of two spans, three metrics and a log record as the service `python-http` or `python-grpc`. */
export async function sendFromPython(protocol: 'http' | 'grpc', endpoint: string): Promise<void> {
  const script = fileURLToPath(new URL('./python-otel/send.py', import.meta.url));
  await promisify(execFile)(python, [script, protocol, endpoint], { timeout: 60_000 });
}
