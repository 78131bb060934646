import { packageVersion } from '@sightline/otlp';
import { lintApart, reportLint } from './lint-process.js';
import { openLiveViewer } from './live-command.js';
import { reportOpsFacts, runDoctorCommand, runOpsCommand } from './ops-command.js';

const usage = `Usage: sightline <command>
       sightline --version

Commands:
  lint <module> …   Checks the metrics that the modules declare: names, units, help, labels.
                    --strict             warnings count as errors
                    --allow-label <name> a label that looks like an id but has few values (may be repeated)
                    --forbid-label <name> a label to refuse (may be repeated)
                    --ignore <metric>[:<rule>] leaves out a metric, or one rule of it (may be repeated)
                    --json               prints the problems as JSON
                    Exit codes: 0 without errors, 1 with some, 2 if nothing could be checked.
  ops <command>     Catalogue, dashboards, rules, routing, stack and runbooks from what the service declares. Needs @sightline/ops.
                    sightline ops --help lists its commands.
  doctor            Looks whether the service's telemetry arrives: page, scrapes, rules, a probe span and line. Needs @sightline/ops.
                    sightline doctor --help lists its options.
  live              Shows what programs on this machine send over OTLP, in a browser. Needs @sightline/live.
                    sightline live --help lists its options.
`;

const [program = '', command, ...args] = process.argv.slice(1);

if (command === 'lint-here') {
  void reportLint(args);
} else if (command === 'ops-here') {
  void reportOpsFacts(args);
} else if (command === 'ops') {
  void runOpsCommand(program, args);
} else if (command === 'doctor') {
  void runDoctorCommand(program, args);
} else if (command === 'live') {
  void openLiveViewer(args);
} else if (command === '--version' || command === '-v') {
  console.log(packageVersion);
} else if (command === undefined || [command, ...args].some((each) => ['help', '--help', '-h'].includes(each))) {
  console.log(usage);
} else if (command === 'lint') {
  const output = { out: (text: string) => console.log(text), err: (text: string) => console.error(text) };
  void lintApart(program, args, output).then((code) => {
    process.exitCode = code;
  });
} else {
  console.error(`[sightline] There is no command "${command}".\n\n${usage}`);
  process.exitCode = 2;
}
