import { createRequire } from 'node:module';
import { program } from './program.js';

// The runtime of a function loads the handler by its name, and waits for what it returns: by then its spans have been sent.
program(async () => {
  const load = createRequire(`${process.env['LAMBDA_TASK_ROOT']}/main.js`);
  const { handler } = load('./lambda-handler.cjs') as { handler(event: object, context: object): Promise<object> };
  const context = {
    awsRequestId: 'r1',
    functionName: 'orders',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:orders',
  };
  await handler({ id: 17 }, context);
  await report('the first has returned');
  await handler({ fails: true }, context).catch(() => {});
  await report('the second has failed');
});

/** Tells the test, which receives the spans. */
async function report(progress: string): Promise<void> {
  await fetch(`${process.env['REPORT_URL']}/report`, { method: 'POST', body: progress });
}
