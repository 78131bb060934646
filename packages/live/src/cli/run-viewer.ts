import { createReadStream } from 'node:fs';
import { messageOf } from '@sightline/base';
import { openViewer } from '../viewer/open-viewer.js';
import type { Viewer } from '../viewer/viewer.js';
import { openBrowser } from './open-browser.js';
import { viewerArguments, viewerUsage } from './viewer-arguments.js';

/** The command: opens the viewer, and resolves when it was asked to end. Sets the exit code. */
export async function runViewer(args: readonly string[]): Promise<void> {
  try {
    await run(args);
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}

async function run(args: readonly string[]): Promise<void> {
  const { options, opens, session, wantsHelp } = viewerArguments(args, process.env);
  if (wantsHelp) {
    console.log(viewerUsage);
    return;
  }
  const ended = endAsked();
  const viewer = await openViewer(options);
  try {
    if (session !== undefined) await viewer.importSession(createReadStream(session));
    console.log(greeting(viewer, { isTerminal: process.stdout.isTTY, hasToken: options.token !== undefined }));
    if (opens && !(await openBrowser(viewer.url)))
      console.error('[live] There is no program that opens a browser here.');
    await ended;
  } finally {
    await viewer.shutdown();
  }
}

function endAsked(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

/** The link has the token, so it is for a terminal only. */
function greeting(
  { url, pageUrl, otlpHttpUrl, otlpGrpcUrl }: Viewer,
  { isTerminal, hasToken }: { readonly isTerminal: boolean; readonly hasToken: boolean },
): string {
  const login = hasToken
    ? 'Log in with the token that you gave by --token or SIGHTLINE_LIVE_TOKEN.'
    : 'Its random token is shown on a terminal only: to log in, give one by --token or SIGHTLINE_LIVE_TOKEN.';
  const link = isTerminal ? `Open ${url}` : `The page is at ${pageUrl}. ${login}`;
  return `
${link}

Send to it:
  OTEL_EXPORTER_OTLP_ENDPOINT=${otlpHttpUrl}   # HTTP, protobuf or JSON
  OTEL_EXPORTER_OTLP_ENDPOINT=${otlpGrpcUrl} OTEL_EXPORTER_OTLP_PROTOCOL=grpc

A service with @sightline/sdk also needs METRICS_BACKEND=otel, OTEL_LOGS_EXPORTER=otlp and, for its messages,
SIGHTLINE_LIVE=true SIGHTLINE_LIVE_SENDS_MESSAGES=true.
`;
}
