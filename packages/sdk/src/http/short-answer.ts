import type { HealthChecks } from './health.js';

export interface ShortAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text: string;
}

/** The server's answers other than the exposition. */
export async function shortAnswer(
  { method, url = '' }: { readonly method?: string | undefined; readonly url?: string | undefined },
  path: string,
  { health, metricsPath, isPageExpected }: { health: HealthChecks; metricsPath: string; isPageExpected: boolean },
): Promise<ShortAnswer> {
  if (path !== metricsPath && path !== '/readyz' && !alivePaths.includes(path)) {
    return { status: 404, text: `Not found. There are ${metricsPath}, /livez, /healthz, /health and /readyz.\n` };
  }
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, headers: { Allow: 'GET, HEAD' }, text: 'Only GET and HEAD.\n' };
  }
  if (path === metricsPath) {
    return isPageExpected
      ? { status: 503, headers: { 'Retry-After': '1' }, text: 'Metrics are not being collected.\n' }
      : { status: 404, text: 'There is no page of metrics. Set METRICS_BACKEND=prometheus.\n' };
  }
  return path === '/readyz' ? readiness(health, isVerbose(url)) : { status: 200, text: 'ok\n' };
}

/** Answer while the process lives: Kubernetes' names, and the one that most probes of machines ask for. */
const alivePaths: readonly string[] = ['/livez', '/healthz', '/health'];

/** Failed checks are listed always, the others with `?verbose`. */
async function readiness(health: HealthChecks, verbose: boolean): Promise<ShortAnswer> {
  const { isReady, isDraining, checks } = await health.report();
  const lines = checks
    .filter(({ failure }) => verbose || failure !== undefined)
    .map(({ name, failure }) => (failure === undefined ? `[+] ${name} ok` : `[-] ${name} ${failure}`));
  if (isDraining) lines.push('[-] draining');
  return { status: isReady ? 200 : 503, text: [...lines, isReady ? 'ok' : 'not ready', ''].join('\n') };
}

function isVerbose(url: string): boolean {
  return /[?&]verbose(?:$|[=&#])/.test(url);
}
