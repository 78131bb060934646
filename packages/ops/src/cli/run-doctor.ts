import { parseArgs } from 'node:util';
import { messageOf } from '@sightline/base';
import type { DoctorOptions } from '../doctor/doctor-options.js';
import { type CheckResult, type DoctorReport, diagnose } from '../doctor/index.js';
import { peerNames } from '../doctor/peers.js';
import type { Facts } from '../model/facts.js';
import { ruleGroups } from '../rules/rule-groups.js';
import { peersIn, peerVariables } from './doctor-environment.js';
import { defaultDefinition, factsOf } from './loaded-facts.js';
import { type Output, UsageError } from './output.js';

const names = {
  page: 'the service’s metrics (http://127.0.0.1:9464/metrics)',
  token: 'for the page; lists of processes show it, and not SIGHTLINE_DOCTOR_PAGE_TOKEN',
  prometheus: 'address of Prometheus',
  alertmanager: 'address of Alertmanager',
  jaeger: 'address of Jaeger’s page',
  tempo: 'address of Tempo',
  loki: 'address of Loki',
  'log-file': 'the service’s lines, of which the last errors are shown',
  'timeout-ms': 'of each check (10000)',
} as const;

export const doctorUsage: string = `Usage: sightline doctor [module] [options]

Looks whether a service's telemetry arrives. With a definition (default: ops.config.js here) it also looks for the service's metrics,
rules and queues. A probe span and line are sent as the variables OTEL_EXPORTER_OTLP_… say, as the service's own.

Options:
${Object.entries({ ...names, json: 'the report as JSON' })
  .map(([name, what]) => `  --${name.padEnd(14)} ${what}`)
  .join('\n')}

Variables, for PAGE, PROMETHEUS, ALERTMANAGER, JAEGER, TEMPO and LOKI; options are stronger:
${Object.entries(peerVariables)
  .map(([suffix, what]) => `  ${`SIGHTLINE_DOCTOR_<PEER>${suffix}`.padEnd(35)} ${what}`)
  .join('\n')}

Exit codes: 0 nothing failed, 1 something did, 2 it could not be run as asked.
`;

/** `sightline doctor`. Resolves with the exit code. */
export async function runDoctor(program: string, args: readonly string[], output: Output): Promise<number> {
  if (args.some((each) => ['help', '--help', '-h'].includes(each))) {
    output.out(doctorUsage);
    return 0;
  }
  try {
    const { values, positionals } = parsed(args);
    const hasDefinition = positionals.length > 0 || defaultDefinition() !== undefined;
    const facts = hasDefinition ? await factsOf(program, positionals[0]) : undefined;
    const options = { ...addressesOf(values), timeoutMs: timeoutOf(values['timeout-ms']), facts };
    const report = await diagnose(options, facts === undefined ? [] : alertNames(facts));
    output.out(values.json === true ? JSON.stringify(report, undefined, 2) : textOf(report));
    return report.isHealthy ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    output.err(messageOf(error).replace(/^(?!\[)/, '[ops] '));
    return 2;
  }
}

type Values = ReturnType<typeof parsed>['values'];

/** An option is stronger than its variable. */
function addressesOf(values: Values): DoctorOptions {
  const given = Object.fromEntries(
    peerNames.flatMap((name) => {
      const address = values[name];
      if (address === undefined) return [];
      if (URL.canParse(address) && /^https?:/.test(address)) return [[name, address]];
      throw new UsageError(`--${name} is no address of http or https.`);
    }),
  );
  return { ...peersIn(process.env), ...given, token: values.token, logFile: values['log-file'] };
}

function timeoutOf(text: string | undefined): number {
  const timeoutMs = Number(text ?? 10_000);
  if (timeoutMs >= 100 && timeoutMs <= 600_000) return timeoutMs;
  throw new UsageError(`--timeout-ms ${text} is not from 100 to 600000.`);
}

/** Of the generated rules. */
function alertNames(facts: Facts): string[] {
  return [...new Set(ruleGroups(facts).flatMap(({ alerts }) => alerts.map(({ name }) => name)))];
}

/** A line or more for each check, failures with their remedies; then the sum. */
function textOf({ checks }: DoctorReport): string {
  const marks = { ok: 'ok', warning: 'warn', failed: 'FAIL', skipped: 'skip' };
  const line = ({ check, status, detail, remedy }: CheckResult): string => {
    const head = `${marks[status].padEnd(4)}  ${check.padEnd(12)}  `;
    const indent = ' '.repeat(head.length);
    return [detail, ...(remedy === undefined ? [] : [`-> ${remedy}`])]
      .join('\n')
      .split('\n')
      .map((each, i) => (i === 0 ? head : indent) + each)
      .join('\n');
  };
  const count = (status: CheckResult['status']): number => checks.filter((each) => each.status === status).length;
  const sum = `${count('ok')} ok, ${count('warning')} warnings, ${count('failed')} failed, ${count('skipped')} skipped`;
  return [...checks.map(line), sum].join('\n');
}

function parsed(args: readonly string[]) {
  const string = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...{ page: string, token: string, prometheus: string, alertmanager: string, jaeger: string, tempo: string },
        ...{ loki: string, 'log-file': string, 'timeout-ms': string, json: { type: 'boolean' } as const },
      },
    });
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}
