import { type ExecFileException, execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { consoleLog, type Log, safeLog } from '@sightline/base';
import type { Gauge, MetricsCollector } from '@sightline/core';
import { type OptionsOf, resolveFields } from '@sightline/settings/fields';

const gpuFields = {
  /** Minimum time between two readings, in milliseconds. Default: 60 000. */
  intervalMs: { type: 'milliseconds', default: 60_000 },
  /** The program that lists the GPUs. Default: `nvidia-smi`. */
  command: { type: 'text', default: 'nvidia-smi' },
  /** Maximum time of the program, in milliseconds. Default: 5000. */
  timeoutMs: { type: 'milliseconds', default: 5000 },
  /** Reports a program that fails, once. Default: `console`. */
  log: { type: 'instance', as: {} as Log, methods: ['info', 'warn', 'error'] },
} as const;

export interface GpuMetricsOptions extends OptionsOf<typeof gpuFields> {}

export interface GpuMetrics {
  /** Stops collecting. The metrics keep their last values. */
  shutdown(): void;
}

/**
 * Exports usage, memory and temperature of NVIDIA GPUs. Without the driver there are no such metrics and no error. Reads them at
 * collections, at most once per interval.
 */
export function collectGpuMetrics(metrics: MetricsCollector, options: GpuMetricsOptions = {}): GpuMetrics {
  const resolved = resolveFields('system-metrics', gpuFields, options, 'collectGpuMetrics');
  const { intervalMs, command, timeoutMs } = resolved;
  const log = safeLog(resolved.log ?? consoleLog);
  let isAbsent = false;
  let isReported = false;
  let write: ReturnType<typeof declare> | undefined;
  const collect = async (): Promise<void> => {
    if (isAbsent) return;
    try {
      const gpus = gpusOf(await ask(command, timeoutMs));
      if (gpus.length > 0) write ??= declare(metrics);
      write?.(gpus);
      isReported = false;
    } catch (error) {
      // Not installed, or not allowed to start (Node.js' permission model).
      isAbsent = ['ENOENT', 'ERR_ACCESS_DENIED'].includes(Reflect.get(Object(error), 'code'));
      if (isAbsent) return;
      if (!isReported) report(log, command, error);
      isReported = true;
      throw error; // counted by the collector
    }
  };
  const stop = metrics.onCollect(collect, { name: 'gpu', intervalMs, timeoutMs: timeoutMs + 1000 });
  return { shutdown: stop };
}

interface Gpu {
  readonly id: string;
  /** `undefined` for values that this GPU does not report. */
  readonly usagePercent: number | undefined;
  readonly totalBytes: number | undefined;
  readonly usedBytes: number | undefined;
  readonly freeBytes: number | undefined;
  readonly celsius: number | undefined;
}

const fields = 'index,utilization.gpu,memory.total,memory.used,memory.free,temperature.gpu';

async function ask(command: string, timeoutMs: number): Promise<string> {
  const args = [`--query-gpu=${fields}`, '--format=csv,noheader,nounits'];
  // A hanging driver ignores SIGTERM.
  const options = { timeout: timeoutMs, killSignal: 'SIGKILL', windowsHide: true } as const;
  try {
    return (await promisify(execFile)(command, args, options)).stdout;
  } catch (error) {
    const { stdout, stderr, killed, code, signal } = error as Partial<Failure>;
    const output = `${stdout ?? ''}\n${stderr ?? ''}`.trim();
    if (/no devices were found/i.test(output)) return ''; // the driver is there, but no GPU
    if (typeof code === 'string') throw error; // it could not be started at all
    const how = killed === true ? `no answer within ${timeoutMs} ms` : `exit code ${code ?? signal}`;
    throw new Error(output === '' ? how : `${how}, ${output.split('\n')[0]?.slice(0, 200)}`, { cause: error });
  }
}

type Failure = ExecFileException & { readonly stdout: string; readonly stderr: string };

/** Memory is in MiB. Unsupported values are `[N/A]`. */
export function gpusOf(csv: string): Gpu[] {
  return csv.split('\n').flatMap((line) => {
    const [id = '', ...values] = line.split(',').map((value) => value.trim());
    if (!/^\d+$/.test(id)) return [];
    const [usage, total, used, free, celsius] = values.map((value) =>
      /^\d+(\.\d+)?$/.test(value) ? Number(value) : undefined,
    );
    const bytes = (mebibytes: number | undefined): number | undefined =>
      mebibytes === undefined ? undefined : mebibytes * 1024 * 1024;
    return [
      {
        id,
        usagePercent: usage,
        totalBytes: bytes(total),
        usedBytes: bytes(used),
        freeBytes: bytes(free),
        celsius,
      },
    ];
  });
}

/** Returns a function that records a reading. Series of missing GPUs and values end. */
function declare(metrics: MetricsCollector): (gpus: readonly Gpu[]) => void {
  const labelNames = ['gpu_id'] as const;
  const usage = metrics.gauge('system_gpu_usage_percent', {
    help: 'Share of time that the GPU was busy.',
    unit: 'percent',
    labelNames,
  });
  const memory = metrics.gauge('system_gpu_memory_bytes', {
    help: 'Memory of the GPU.',
    unit: 'bytes',
    labelNames: ['gpu_id', 'type'],
  });
  const temperature = metrics.gauge('system_gpu_temperature_celsius', {
    help: 'Temperature of the GPU.',
    unit: 'celsius',
    labelNames,
  });
  const showGpu = ({ id, usagePercent, totalBytes, usedBytes, freeBytes, celsius }: Gpu): void => {
    setOrEnd(usage, { gpu_id: id }, usagePercent);
    setOrEnd(temperature, { gpu_id: id }, celsius);
    for (const [type, bytes] of Object.entries({ total: totalBytes, used: usedBytes, free: freeBytes })) {
      setOrEnd(memory, { gpu_id: id, type }, bytes);
    }
  };
  let known: readonly Gpu[] = [];
  return (gpus) => {
    for (const { id } of known) if (!gpus.some((gpu) => gpu.id === id)) showGpu({ ...nothing, id });
    for (const gpu of gpus) showGpu(gpu);
    known = gpus;
  };
}

function setOrEnd<N extends string>(
  gauge: Gauge<N>,
  labels: Readonly<Record<N, string>>,
  value: number | undefined,
): void {
  // TypeScript cannot resolve `RecordArgs` for a generic label.
  const anyGauge = gauge as unknown as Gauge<string>;
  if (value === undefined) anyGauge.remove(labels);
  else anyGauge.set(labels, value);
}

const nothing: Omit<Gpu, 'id'> = {
  usagePercent: undefined,
  totalBytes: undefined,
  usedBytes: undefined,
  freeBytes: undefined,
  celsius: undefined,
};

function report(log: Log, command: string, error: unknown): void {
  const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
  log.warn({ err: error }, `[system-metrics] GPUs cannot be read: ${command} failed: ${message}.`);
}
