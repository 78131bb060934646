import { type Signal, signal } from '@preact/signals';
import { formatRange } from '../format/time.js';
import { changedView, formatView, parseView, type View, type ViewChange } from './view.js';

/** What is shown. The address bar holds it, so that links can be shared and the back button works. */
export const view: Signal<View> = signal(parseView(location.hash));

function read(): void {
  if (formatView(view.peek()) !== formatView(parseView(location.hash))) view.value = parseView(location.hash);
}
addEventListener('popstate', read);
addEventListener('hashchange', read);

/** The address of a changed view, for links. */
export function hrefTo(change: ViewChange): string {
  return formatView(changedView(view.value, change));
}

/** Shows a changed view. `replace`: without a step for the back button, as for each letter of a filter or each row that is passed. */
export function go(change: ViewChange, { replace = false }: { replace?: boolean } = {}): void {
  const next = changedView(view.peek(), change);
  const hash = formatView(next);
  if (hash === formatView(view.peek())) return;
  if (replace) history.replaceState(null, '', hash);
  else history.pushState(null, '', hash);
  view.value = next;
}

/** Parameters of the API that all paths share. */
export function sharedParameters(): Record<string, string> {
  const { service, last, untilMs } = view.value;
  return {
    ...(service !== null && { service }),
    last,
    ...(untilMs !== null && { until: String(untilMs) }),
  };
}

/** The time shown, as part of a sentence: `the last 15 min`. */
export function timeWords(): string {
  const { last, untilMs } = view.value;
  return untilMs === null ? `the last ${formatRange(last)}` : 'the time chosen above';
}

/** A parameter of the page, or ''. */
export function parameter(name: string): string {
  return view.value.parameters[name] ?? '';
}
