import { lintCommand } from './lint-command.js';

const usage = `Usage: sightline <command>

Commands:
  lint <module> …   Checks the metrics that the modules declare: names, units, help, labels.
                    --strict             warnings count as errors
                    --allow-label <name> a label that looks like an id but has few values (may be repeated)
                    --forbid-label <name> a label to refuse (may be repeated)
                    --ignore <metric>[:<rule>] leaves out a metric, or one rule of it (may be repeated)
                    --json               prints the problems as JSON
`;

const [command, ...args] = process.argv.slice(2);

if (command === 'lint') {
  const output = { out: (text: string) => console.log(text), err: (text: string) => console.error(text) };
  // What the modules have started is not to be waited for.
  void lintCommand(args, output).then((code) => process.exit(code));
} else if (command === undefined || command === 'help' || command === '--help' || command === '-h') {
  console.log(usage);
} else {
  console.error(`[sightline] There is no command "${command}".\n\n${usage}`);
  process.exitCode = 2;
}
