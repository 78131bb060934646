import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('the matchers work in jest, and say there what is wrong', async () => {
  const { testResults } = await runJest(new URL('./fixtures/jest/', import.meta.url));
  const [passing, failing] = testResults[0]?.assertionResults ?? [];
  expect(passing).toMatchObject({ title: 'matchers pass', status: 'passed' });
  expect(failing).toMatchObject({ title: 'matchers fail', status: 'failed' });
  expect(failing?.failureMessages[0]).toContain(
    'expected jobs_total{queue="mial"} to have counted 3, but there is no such series\n\nSeries of jobs_total, nearest first:\n  jobs_total{queue="mail"} 3',
  );
});

interface JestReport {
  testResults: Array<{
    message: string;
    assertionResults: Array<{ title: string; status: string; failureMessages: string[] }>;
  }>;
}

function runJest(folder: URL): Promise<JestReport> {
  const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
  const args = [jest, '--json', '--runInBand', '--rootDir', '.'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: fileURLToPath(folder) }, (_, stdout, stderr) => {
      // Jest exits with 1 because one of the two tests is to fail; the report tells whether it ran.
      try {
        resolve(JSON.parse(stdout));
      } catch {
        reject(new Error(`jest gave no report: ${stderr}`));
      }
    });
  });
}
