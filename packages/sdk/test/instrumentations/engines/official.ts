// OpenTelemetry's SDK, preloaded as its documentation has it, with the instrumentations of the folder's package.json.

import { register } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK, type NodeSDKConfiguration } from '@opentelemetry/sdk-node';
import { installedInstrumentations } from '../../../src/register/installed-instrumentations.js';

const { instrumentations, hook, problems } = installedInstrumentations(process.cwd());
if (problems.length > 0) throw new Error(problems.join(' '));
if (hook !== undefined) register(pathToFileURL(hook).href, pathToFileURL(join(process.cwd(), '/')));
const sdk = new NodeSDK({
  traceExporter: new OTLPTraceExporter(),
  instrumentations: instrumentations as unknown as NodeSDKConfiguration['instrumentations'],
  autoDetectResources: false,
});
sdk.start();
process.once('beforeExit', () => void sdk.shutdown());
