import { type CheckResult, resultOf } from './check.js';
import { type DoctorOptions, secretsOf } from './doctor-options.js';
import { errorLineCheck } from './error-lines.js';
import { hostChecks } from './host-checks.js';
import { pageChecks } from './page-checks.js';
import { probeChecks } from './probe-checks.js';
import { prometheusChecks } from './prometheus-checks.js';

export interface DoctorReport {
  /** Nothing failed. Warnings do not count. */
  readonly isHealthy: boolean;
  /** In a fixed order. */
  readonly checks: readonly CheckResult[];
}

/**
 * Looks at a service's telemetry from outside: page, scrapes, rules, a probe span and line, host, recent errors. Never rejects, and ends
 * soon after `timeoutMs`, whatever hangs.
 * @param alertNames of the rules that Prometheus should have
 */
export async function diagnose(options: DoctorOptions = {}, alertNames: readonly string[] = []): Promise<DoctorReport> {
  const { timeoutMs = 10_000 } = options;
  const checks = [
    ...pageChecks(options),
    ...prometheusChecks(options, alertNames),
    ...probeChecks(options, timeoutMs),
    ...hostChecks(),
    errorLineCheck(options),
  ];
  const secrets = secretsOf(options);
  const results = await Promise.all(checks.map((check) => resultOf(check, timeoutMs, secrets)));
  return { isHealthy: results.every(({ status }) => status !== 'failed'), checks: results };
}
