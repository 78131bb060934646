import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('the matchers work in jest, and say there what is wrong', async () => {
  const { testResults } = await runJest(new URL('./fixtures/jest/', import.meta.url));
  const resultsOf = (fixture: string) => testResults.find(({ name }) => name.endsWith(fixture))?.assertionResults ?? [];
  const [passing, failing] = resultsOf('jobs.fixture.ts');
  expect(passing).toMatchObject({ title: 'matchers pass', status: 'passed' });
  expect(failing).toMatchObject({ title: 'matchers fail', status: 'failed' });
  expect(failing?.failureMessages[0]).toContain(
    'expected jobs_total{queue="mial"} to have counted 3, but there is no such series\n\nSeries of jobs_total, nearest first:\n  jobs_total{queue="mail"} 3',
  );
  const [passingSpans, failingSpans] = resultsOf('orders.fixture.ts');
  expect(passingSpans).toMatchObject({ title: 'span matchers pass', status: 'passed' });
  expect(failingSpans).toMatchObject({ title: 'span matchers fail', status: 'failed' });
  expect(failingSpans?.failureMessages[0]).toContain(
    'name: expected "command PlaceOrdr", but it is "command PlaceOrder"',
  );
});

interface JestReport {
  testResults: Array<{
    name: string;
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
