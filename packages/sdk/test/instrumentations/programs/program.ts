/** Runs a program whose spans are looked at: what it throws is its failure, and it ends when nothing is left to do. */
export function program(run: () => Promise<void>): void {
  run().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
