import { expect, test } from 'vitest';
import { createObservability } from '../src/index.js';

test('the page says who the service is, and no secret of its resource', async () => {
  const obs = createObservability({
    serviceName: 'mailer',
    serviceVersion: '1.2.3',
    backend: 'prometheus',
    http: { port: 0, host: '127.0.0.1' },
    logsStart: false,
    signals: false,
    logger: false,
    env: {
      OTEL_RESOURCE_ATTRIBUTES:
        'team=sales,api.key=abc123,home.url=http://me:pw9@db/x,deployment.environment.name=production',
    },
  });
  obs.metrics.counter('jobs_total', { help: 'Jobs.' }).inc();
  await obs.ready;
  const page = await (await fetch(`${obs.address?.url}/metrics`)).text();
  await obs.shutdown();
  const [line = ''] = page.split('\n').filter((each) => each.startsWith('target_info'));
  expect(line).toContain('service_name="mailer"');
  expect(line).toContain('service_version="1.2.3"');
  expect(line).toContain('deployment_environment_name="production"');
  expect(line).toContain('team="sales"');
  expect(line).toMatch(/service_instance_id="[\da-f-]{36}"/);
  expect(line).not.toMatch(/abc123|pw9/);
  expect(page.match(/service_name/g)).toHaveLength(1);
});
