/** What the page shows: everything that a link to it must hold. */
export interface View {
  /** `overview`, `traces`, or `own/<id>` for a page of the service's own. */
  readonly page: string;
  /** `null` for all. */
  readonly service: string | null;
  /** As the API takes it: `15m`, `90s`. */
  readonly last: string;
  /** The end of a fixed time, Unix milliseconds; `null` for now. */
  readonly untilMs: number | null;
  /** What belongs to the page: filters, what is selected. */
  readonly parameters: Parameters;
}

export type Parameters = Readonly<Record<string, string>>;

/** Changes of a view. `undefined` and '' as a parameter remove it. */
export interface ViewChange {
  readonly page?: string;
  readonly service?: string | null;
  readonly last?: string;
  readonly untilMs?: number | null;
  readonly parameters?: Readonly<Record<string, string | undefined>>;
}

export const ranges: readonly string[] = ['1m', '5m', '15m', '1h'];
export const defaultRange = '15m';

const sharedNames = ['service', 'last', 'until'];

/** Any text is a view: what cannot be understood is left out. */
export function parseView(hash: string): View {
  const [path = '', query = ''] = splitOnce(hash.replace(/^#?\/?/, ''), '?');
  const parameters: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(query)) if (value !== '') parameters[name] = value;
  const { service = null, last = defaultRange, until = '' } = parameters;
  for (const name of sharedNames) delete parameters[name];
  return {
    page: path.split('/').map(decoded).join('/') || 'overview',
    service,
    last: /^[1-9]\d{0,8}(ms|s|m|h)$/.test(last) ? last : defaultRange,
    untilMs: /^\d{1,15}$/.test(until) ? Number(until) : null,
    parameters,
  };
}

/** The hash of a view; what is as usual is left out. */
export function formatView({ page, service, last, untilMs, parameters }: View): string {
  const query = new URLSearchParams();
  if (service !== null) query.set('service', service);
  if (last !== defaultRange) query.set('last', last);
  if (untilMs !== null) query.set('until', String(Math.round(untilMs)));
  for (const [name, value] of Object.entries(parameters)) if (value !== '') query.set(name, value);
  const text = query.toString();
  return `#/${page.split('/').map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`;
}

/** Another page keeps service and time, and has parameters of its own; on the same page, they are changed one by one. */
export function changedView(view: View, change: ViewChange): View {
  const isSamePage = change.page === undefined || change.page === view.page;
  const parameters: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries({ ...(isSamePage && view.parameters), ...change.parameters })) {
    if (value !== undefined && value !== '') parameters[name] = value;
  }
  return {
    page: change.page ?? view.page,
    service: change.service === undefined ? view.service : change.service,
    last: change.last ?? view.last,
    untilMs: change.untilMs === undefined ? view.untilMs : change.untilMs,
    parameters,
  };
}

/** A `last` in milliseconds. */
export function rangeMs(last: string): number {
  const [, amount = '15', unit = 'm'] = /^(\d+)(ms|s|m|h)$/.exec(last) ?? [];
  return Number(amount) * ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit] ?? 60_000);
}

/** The time of an interval, as `last` and `until`. */
export function timeOf(fromMs: number, untilMs: number): { last: string; untilMs: number } {
  return { last: `${Math.max(1, Math.ceil((untilMs - fromMs) / 1000))}s`, untilMs: Math.ceil(untilMs) };
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
