import { computed, type ReadonlySignal } from '@preact/signals';
import { services } from './connection.js';

const colors = 8;

/** In the order in which the services came, so that a new one changes no colour. */
const places: ReadonlySignal<ReadonlyMap<string, number>> = computed(() => {
  const sorted = [...services.value].sort((a, b) => a.firstMs - b.firstMs || (a.name < b.name ? -1 : 1));
  return new Map(sorted.map(({ name }, index) => [name, index]));
});

/** The colour of a service, the same on all pages: `--s1` to `--s8`. */
export function serviceColor(service: string): string {
  return seriesColor(places.value.get(service) ?? sum(service));
}

export function seriesColor(index: number): string {
  return `--s${(index % colors) + 1}`;
}

/** For a name that no list has, such as one of a trace whose service is gone. */
function sum(text: string): number {
  return [...text].reduce((total, char) => total + (char.codePointAt(0) ?? 0), 0);
}
