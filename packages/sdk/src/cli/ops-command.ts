import { optionalPackage } from './optional-package.js';

const output = { out: (text: string) => console.log(text), err: (text: string) => console.error(text) };

/** `sightline ops`, which is in `@sightline/ops`. Sets the exit code. */
export async function runOpsCommand(program: string, args: readonly string[]): Promise<void> {
  const { runOps } = await loaded();
  if (runOps !== undefined) process.exitCode = await runOps(program, args, output);
}

/** `sightline doctor`, which is in `@sightline/ops`, too. Sets the exit code. */
export async function runDoctorCommand(program: string, args: readonly string[]): Promise<void> {
  const { runDoctor } = await loaded();
  if (runDoctor !== undefined) process.exitCode = await runDoctor(program, args, output);
}

/** The process of `sightline ops` that loads the service's modules. */
export async function reportOpsFacts(args: readonly string[]): Promise<void> {
  const { reportFacts } = await loaded();
  await reportFacts?.(args);
}

function loaded() {
  return optionalPackage(
    () => import('@sightline/ops/cli'),
    'This command needs the package @sightline/ops: npm install --save-dev @sightline/ops',
  );
}
