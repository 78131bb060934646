import type { TracerProvider } from '@opentelemetry/api';
import type { DeliveryStats } from '@sightline/otlp';
import type { Service, Settings } from '@sightline/settings';
import { registeredVersion } from './registration.js';
import { reachesProvider } from './self-check.js';

export interface ToExplain {
  readonly service: Service;
  readonly effective: Settings;
  /** What spans run on. */
  readonly engine: string;
  readonly provider: TracerProvider;
  readonly stats: DeliveryStats;
  readonly problems: readonly string[];
  readonly isDisabled: boolean;
}

/** Describes the effective settings with their sources, the process' tracer, and the counts of spans. */
export function explanation(facts: ToExplain): string {
  const { service, effective, engine, provider, stats, problems, isDisabled } = facts;
  const lost = Object.entries(stats.lost).filter(([, by]) => by > 0);
  const losses = lost.length === 0 ? 'none lost' : `lost: ${lost.map(([reason, by]) => `${by} ${reason}`).join(', ')}`;
  return [
    `Tracing of "${service.name}"`,
    'Settings:',
    ...effective.lines().map((line) => `  ${line}`),
    'State:',
    `  ${isDisabled ? 'disabled' : `running on ${engine}`}; the process’ tracer is ${reachesProvider(provider) ? 'this one' : 'another one or none'} (@opentelemetry/api ${registeredVersion()})`,
    `  spans: ${stats.exported} exported, ${stats.pending} pending, ${losses}`,
    ...problems.map((problem) => `  problem: ${problem}`),
  ].join('\n');
}
