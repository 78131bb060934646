import { openViewer, type Viewer } from '@sightline/live';
import { drawTrace } from './draw-trace.js';

export interface ShopViewer {
  /** What lets the services send everything to the viewer. */
  readonly env: Readonly<Record<string, string>>;
  /** The link to its page, for a terminal. */
  readonly url: string;
  /** The traces of all services as trees, oldest first. */
  drawTraces(): Promise<string>;
  shutdown(): Promise<void>;
}

/** A viewer for one run, at free ports: services and customers send it spans, metrics, lines and messages. */
export async function openShopViewer(): Promise<ShopViewer> {
  const viewer = await openViewer({ port: 0, otlpHttpPort: 0, otlpGrpcPort: 0 });
  return {
    env: viewerEnv(viewer),
    url: viewer.url,
    drawTraces: () => drawAll(viewer),
    shutdown: () => viewer.shutdown(),
  };
}

/** Lets services send everything to a viewer. */
export function viewerEnv({ otlpHttpUrl }: Viewer): Readonly<Record<string, string>> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: otlpHttpUrl,
    METRICS_BACKEND: 'log,otel',
    OTEL_METRIC_EXPORT_INTERVAL: '1000',
    OTEL_LOGS_EXPORTER: 'otlp',
    SIGHTLINE_LIVE: 'true',
    SIGHTLINE_LIVE_SENDS_MESSAGES: 'true',
  };
}

async function drawAll(viewer: Viewer): Promise<string> {
  const { traces } = await viewer.get('traces', { last: '1h' });
  const trees = [...traces].reverse().map(async ({ traceId }) => drawTrace(await viewer.get(`traces/${traceId}`)));
  return (await Promise.all(trees)).join('\n\n');
}
