import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expectIn, fail, makeProject, npmInstall, run } from './project.mjs';

/**
 * The live page and the viewer as they are after their packages were installed in an empty folder: the page with its script and style,
 * messages over GraphQL, spans over OTLP, the two commands. And the error of a service that has not installed `@sightline/live`.
 * @param {import('./project.mjs').Packed[]} packed
 */
export async function live(packed) {
  for (const type of ['module', 'commonjs']) {
    const file = type === 'module' ? 'service.mjs' : 'service.cjs';
    const project = makeProject(`live-${type}`, {
      'package.json': { name: 'service', version: '1.0.0', private: true, type },
      [file]: `${imports[type]}\n${service}`,
    });
    npmInstall(
      project,
      packed.map(({ tarball }) => tarball),
    );
    expectIn(run(project, process.execPath, [file]), 'page, 2 files, message, ended');
    if (type === 'module') {
      await receivesSpans(project, 'sightline-live', []);
      await receivesSpans(project, 'sightline', ['live']);
    }
  }
  withoutLive(packed);
  console.log(
    'live: page and GraphQL of a service in ESM and CommonJS, two commands, and a service without @sightline/live',
  );
}

const token = 'a-token-of-the-team';

/** @type {Record<string, string>} */
const imports = {
  module: `
import { createObservability } from '@sightline/sdk';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';`,
  commonjs: `
const { createObservability } = require('@sightline/sdk');
const { createClient } = require('graphql-ws');
const WebSocket = require('ws');`,
};

const service = `
const authorization = 'Bearer ${token}';
class Authorized extends WebSocket {
  constructor(url, protocols) {
    super(url, protocols, { headers: { authorization } });
  }
}

async function main() {
  const obs = createObservability({
    serviceName: 'service',
    http: false,
    backend: 'none',
    live: { port: 0, token: '${token}' },
  });
  await obs.ready;
  const base = new URL('.', obs.live.url);
  const get = async (path) => {
    const answer = await fetch(new URL(path, base), { headers: { authorization } });
    if (answer.status !== 200) throw new Error(path + ' has status ' + answer.status + ': ' + (await answer.text()));
    return answer.text();
  };
  const page = await get('');
  const files = [...page.matchAll(/(?:src|href)="([^"]+[.](?:js|css))"/g)].map(([, path]) => path);
  for (const path of files) if ((await get(path)).length < 1000) throw new Error(path + ' is nearly empty');

  const client = createClient({ url: base.href.replace('http', 'ws') + 'graphql', webSocketImpl: Authorized, lazy: false });
  await new Promise((resolve) => client.on('connected', resolve));
  const messages = client.iterate({ query: 'subscription { pubsubStream(topic: "events") { id topic payload timestamp source } }' });
  const first = messages.next();
  const publishing = setInterval(() => obs.live.publish('events', { type: 'OrderPlaced', payload: { order: 7 } }), 20);
  const { value } = await first;
  clearInterval(publishing);
  if (value.data?.pubsubStream.payload.order !== 7) throw new Error(JSON.stringify(value));
  await client.dispose();
  await obs.shutdown();
  console.log('page, ' + files.length + ' files, message, ended');
}
main();
`;

/** Starts a command that opens the viewer, sends it a span, asks for it, and ends it. */
async function receivesSpans(
  /** @type {string} */ project,
  /** @type {string} */ command,
  /** @type {readonly string[]} */ args,
) {
  const ports = ['--port', '0', '--otlp-http-port', '0', '--otlp-grpc-port', '0'];
  const viewer = spawn(join(project, 'node_modules/.bin', command), [...args, ...ports], {
    cwd: project,
    env: { ...process.env, SIGHTLINE_LIVE_TOKEN: token },
  });
  const ended = once(viewer, 'close');
  let text = '';
  for (const stream of [viewer.stdout, viewer.stderr])
    stream.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  const deadline = AbortSignal.timeout(60_000);
  while (!text.includes('OTEL_EXPORTER_OTLP_PROTOCOL')) {
    if (viewer.exitCode !== null || deadline.aborted) fail(`${command} did not open the viewer:\n${text}`);
    await Promise.race([once(viewer.stdout, 'data'), ended]);
  }
  const page = /page is at (\S+\/live\/)/.exec(text)?.[1];
  const receiver = /ENDPOINT=(\S+)/.exec(text)?.[1];
  const span = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    name: 'work',
    startTimeUnixNano: `${Date.now()}000000`,
    endTimeUnixNano: `${Date.now() + 5}000000`,
  };
  const sent = await fetch(`${receiver}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
  });
  if (sent.status !== 200) fail(`${command} does not receive OTLP: ${sent.status} ${await sent.text()}`);
  const traces = await fetch(`${page}api/traces`, { headers: { authorization: `Bearer ${token}` } });
  expectIn(await traces.text(), span.traceId);
  viewer.kill('SIGTERM');
  const [code] = await ended;
  if (code !== 0) fail(`${command} ended with ${code}:\n${text}`);
}

/** @param {import('./project.mjs').Packed[]} packed */
function withoutLive(packed) {
  const project = makeProject('without-live', {
    'package.json': { name: 'service', version: '1.0.0', private: true, type: 'module' },
    'service.mjs': withoutService("import { createObservability } from '@sightline/sdk';"),
    'service.cjs': withoutService("const { createObservability } = require('@sightline/sdk');"),
  });
  npmInstall(
    project,
    packed.filter(({ name }) => name !== '@sightline/live').map(({ tarball }) => tarball),
  );
  for (const file of ['service.mjs', 'service.cjs']) {
    const output = run(project, process.execPath, [file]);
    expectIn(output, 'The live page needs the package @sightline/live, which is not installed');
    expectIn(output, 'went on');
  }
  const { status, stderr } = spawnSync(join(project, 'node_modules/.bin/sightline'), ['live'], { encoding: 'utf8' });
  expectIn(stderr, 'npm install @sightline/live');
  if (status !== 2) fail(`sightline live without the package ended with ${status}`);
}

/** @returns {string} */
function withoutService(/** @type {string} */ first) {
  return `
${first}

async function main() {
  const obs = createObservability({ serviceName: 'service', http: false, backend: 'none', live: true });
  await obs.ready;
  obs.live.publish('events', { type: 'OrderPlaced' });
  await obs.shutdown();
  console.log('went on');
}
main();
`;
}
