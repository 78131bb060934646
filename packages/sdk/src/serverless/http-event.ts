import { type AttributeInputs, knownMethod, methodInName } from '@sightline/tracing';

/** A request as API Gateway (payload formats 1.0 and 2.0), function URLs and Application Load Balancers hand it to a function. */
export interface HttpEvent {
  readonly spanName: string;
  readonly attributes: AttributeInputs;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  statusOf(result: unknown): number | undefined;
}

export function httpRequestOf(event: unknown): HttpEvent | undefined {
  const given = fields(event);
  const context = fields(given['requestContext']);
  const http = fields(context['http']);
  const isVersion2 = given['version'] === '2.0' && text(http['method']) !== undefined;
  const method = isVersion2 ? text(http['method']) : text(given['httpMethod']);
  if (method === undefined) return undefined;
  const headers = headersOf(given);
  const path = text(isVersion2 ? given['rawPath'] : given['path']) ?? '/';
  const route = routeOf(given, context, isVersion2);
  const known = knownMethod(method);
  const host = text(context['domainName']) ?? headers['host'];
  const identity = fields(isVersion2 ? http : context['identity']);
  return {
    spanName: route === undefined ? methodInName(known) : `${methodInName(known)} ${route}`,
    headers,
    attributes: {
      'http.request.method': known,
      'http.request.method_original': known === method ? undefined : method,
      'http.route': route,
      'url.path': path,
      'url.query': queryOf(given),
      'url.scheme': headers['x-forwarded-proto'] ?? 'https',
      'server.address': host?.replace(/:\d+$/, ''),
      'client.address': text(identity['sourceIp']),
      'user_agent.original': headers['user-agent'] ?? text(identity['userAgent']),
      'network.protocol.version': (text(http['protocol']) ?? text(context['protocol']))?.replace(/^HTTP\//, ''),
    },
    statusOf(result) {
      const status = Number(fields(result)['statusCode']);
      if (Number.isInteger(status) && status >= 100 && status < 1000) return status;
      // Format 2.0 takes anything else for the body of a 200.
      return isVersion2 && result !== undefined && result !== null ? 200 : undefined;
    },
  };
}

/** The template that the gateway matched; a load balancer has none, and a catch-all is none. */
function routeOf(given: Fields, context: Fields, isVersion2: boolean): string | undefined {
  if (!isVersion2) return 'elb' in context ? undefined : (text(given['resource']) ?? text(context['resourcePath']));
  const key = text(given['routeKey']) ?? text(context['routeKey']);
  return key === undefined || key === '$default' ? undefined : key.replace(/^\S+\s+/, '');
}

function queryOf(given: Fields): string | undefined {
  const raw = text(given['rawQueryString']);
  if (raw !== undefined) return raw;
  const several = fields(given['multiValueQueryStringParameters'] ?? given['queryStringParameters']);
  const pairs = Object.entries(several).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each) => `${name}=${each}`),
  );
  return pairs.length === 0 ? undefined : pairs.join('&');
}

/** Load balancers and format 1.0 may have several values of a header, which for lists are one. */
function headersOf(given: Fields): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const source of [given['headers'], given['multiValueHeaders']]) {
    for (const [name, value] of Object.entries(fields(source))) {
      const joined = Array.isArray(value) ? value.join(',') : value;
      if (typeof joined === 'string') headers[name.toLowerCase()] = joined;
    }
  }
  return headers;
}

type Fields = Readonly<Record<string, unknown>>;

export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
