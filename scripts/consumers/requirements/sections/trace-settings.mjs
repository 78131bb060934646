import assert from 'node:assert/strict';
import { fieldsAt } from '../protobuf-fields.mjs';
import { grpcReceiver, otlpReceiver } from '../receivers.mjs';
import { runService } from '../service-process.mjs';

/**
 * 2, tracing configured by the environment: defaults, the documents' variables, those of OpenTelemetry, samplers, protocols.
 * @param {string} project
 * @param {import('../report.mjs').Report} report
 */
export async function traceSettings(project, { item, note }) {
  const receiver = await otlpReceiver();
  /** Runs ten traces with these variables, and gives back what was sent. */
  const traced = async (/** @type {Record<string, string>} */ env) => {
    const from = receiver.requests.length;
    const spansBefore = receiver.spans().length;
    const { lines, output } = await runService(project, 'traced.mjs', env);
    const explained = lines.find((line) => line.explained)?.explained ?? assert.fail(output.join('\n'));
    return { explained, lines, requests: receiver.requests.slice(from), spans: receiver.spans().slice(spansBefore) };
  };
  const json = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
  const settings = await traced({});
  const assertDefault = (/** @type {string} */ text) =>
    assert.ok(settings.explained.includes(`${text} (default)`), `no "${text} (default)" in\n${settings.explained}`);

  await item('2', 'the default endpoint is http://localhost:4318', () => {
    assertDefault('tracing.url = "http://localhost:4318/v1/traces"');
  });
  await item('2', 'the default ratio is 1.0', () => assertDefault('tracing.samplingRatio = 1'));
  await item('2', 'the default protocol is http (protobuf)', () => assertDefault('tracing.protocol = "http/protobuf"'));
  await item('2', 'spans are sent in batches by default', async () => {
    assertDefault('tracing.maxBatchSize = 512');
    const { requests, spans } = await traced(json);
    assert.equal(requests.length, 1);
    assert.equal(spans.length, 10);
  });
  await item('2', 'OPENTELEMETRY_OTLP_ENDPOINT: protobuf goes to its /v1/traces', async () => {
    const { requests } = await traced({ OPENTELEMETRY_OTLP_ENDPOINT: receiver.url });
    assert.equal(requests[0]?.path, '/v1/traces');
    assert.equal(requests[0].contentType, 'application/x-protobuf');
    assert.deepEqual(fieldsAt(requests[0].body, 1, 2, 2, 5).map(String), Array(10).fill('work'));
  });
  await item('2', 'OPENTELEMETRY_SERVICE_NAME and OPENTELEMETRY_ENVIRONMENT are on the resource', async () => {
    const names = { OPENTELEMETRY_SERVICE_NAME: 'older', OPENTELEMETRY_ENVIRONMENT: 'staging' };
    const { spans } = await traced({ ...json, ...names });
    assert.equal(spans[0].resource['service.name'], 'older');
    assert.equal(spans[0].resource['deployment.environment.name'], 'staging');
  });
  await item('2', 'OPENTELEMETRY_SAMPLING_RATIO=0 samples nothing', async () => {
    const { spans } = await traced({ ...json, OPENTELEMETRY_SAMPLING_RATIO: '0' });
    assert.equal(spans.length, 0);
  });
  await item('2', 'the standard variables win where both are set', async () => {
    const { spans } = await traced({
      ...json,
      OPENTELEMETRY_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      OPENTELEMETRY_SERVICE_NAME: 'older',
      OTEL_SERVICE_NAME: 'standard',
      OPENTELEMETRY_ENVIRONMENT: 'staging',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=production',
      OPENTELEMETRY_SAMPLING_RATIO: '0',
      OTEL_TRACES_SAMPLER: 'always_on',
    });
    assert.equal(spans.length, 10);
    assert.equal(spans[0].resource['service.name'], 'standard');
    assert.equal(spans[0].resource['deployment.environment.name'], 'production');
  });

  for (const [sampler, argument, least, most] of /** @type {const} */ ([
    ['always_on', '', 1000, 1000],
    ['always_off', '', 0, 0],
    ['ratio', '0.5', 350, 650],
    ['traceidratio', '0.5', 350, 650],
    ['parentbased_traceidratio', '0.5', 350, 650],
    ['adaptive', '', 80, 200],
    ['adaptive', '20', 15, 40],
  ])) {
    await item(
      '2',
      `sampler ${sampler}${argument === '' ? '' : ` ${argument}`} samples ${least} to ${most} of 1000`,
      async () => {
        const env = { OTEL_TRACES_SAMPLER: sampler, ...(argument === '' ? {} : { OTEL_TRACES_SAMPLER_ARG: argument }) };
        const { spans } = await traced({ ...json, ...env, SPANS: '1000' });
        assert.ok(spans.length >= least && spans.length <= most, `${spans.length} were sampled`);
      },
    );
  }
  await item(
    '2',
    "code configures the same, with the words 'ratio' and 'http', and wins over the environment",
    async () => {
      const tracing = JSON.stringify({
        url: `${receiver.url}/by-code`,
        protocol: 'http',
        sampler: 'ratio',
        samplerArg: 1,
      });
      const { requests } = await traced({ ...json, OTEL_TRACES_SAMPLER: 'always_off', TRACING: tracing });
      assert.equal(requests[0]?.path, '/by-code');
      assert.equal(requests[0].contentType, 'application/x-protobuf');
    },
  );
  await item('2', "protocol 'http' is understood, and is protobuf", async () => {
    const { requests } = await traced({ ...json, OTEL_EXPORTER_OTLP_PROTOCOL: 'http' });
    assert.equal(requests[0]?.contentType, 'application/x-protobuf');
  });
  await item('2', "protocol 'grpc' sends to the trace service", async () => {
    const grpc = await grpcReceiver();
    const endpoint = `http://${grpc.address}`;
    await runService(project, 'traced.mjs', {
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    });
    grpc.close();
    assert.equal(grpc.requests[0]?.path, '/opentelemetry.proto.collector.trace.v1.TraceService/Export');
    assert.equal(fieldsAt(grpc.requests[0].body, 1, 2, 2).length, 10);
  });
  await item('2', 'JAEGER_HOST and JAEGER_PORT are answered with what to set instead', async () => {
    const { lines } = await traced({ JAEGER_HOST: 'tracing', JAEGER_PORT: '6831', OTEL_TRACES_EXPORTER: 'none' });
    const answers = lines.filter(({ level, msg }) => level === 40 && msg.includes('JAEGER_HOST'));
    assert.equal(answers.length, 1, JSON.stringify(lines));
    assert.match(answers[0].msg, /JAEGER_PORT/);
    assert.match(answers[0].msg, /OTEL_EXPORTER_OTLP_ENDPOINT=http:\/\/tracing:4318/);
  });
  receiver.close();
  note(
    '2',
    'destination Jaeger or an OpenTelemetry Collector',
    'Both take the OTLP that is checked above; a real Collector is run by the tests of packages/tracing.',
  );
  note(
    '2',
    'instrumentation of database clients',
    'As with HTTP, by the OpenTelemetry package that the service installs; tried with pg by the tests of packages/database.',
  );
}
