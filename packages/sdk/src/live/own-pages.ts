import { valueText } from '@sightline/base';
import type { ReadLivePage } from './live.js';

export interface OwnPage {
  /** For its address: the title with dashes. */
  readonly id: string;
  readonly title: string;
  readonly read: ReadLivePage;
}

/** The pages that the service adds to the live page. */
export interface OwnPages {
  readonly all: ReadonlyMap<string, OwnPage>;
  add(title: string, read: ReadLivePage): () => void;
}

export function ownPages(): OwnPages {
  const all = new Map<string, OwnPage>();
  return {
    all,
    add(title, read) {
      if (typeof title !== 'string' || title.trim() === '') {
        throw new TypeError(`[sdk] A live page needs a title, but got ${valueText(title)}.`);
      }
      if (typeof read !== 'function') {
        throw new TypeError(
          `[sdk] Live page "${title}" needs a function that gives rows or a chart, but got ${valueText(read)}.`,
        );
      }
      const id = freeId(all, title);
      const page: OwnPage = { id, title: title.trim().slice(0, MAX_TITLE), read };
      all.set(id, page);
      return () => {
        if (all.get(id) === page) all.delete(id);
      };
    },
  };
}

const MAX_TITLE = 60;

function freeId(taken: ReadonlyMap<string, OwnPage>, title: string): string {
  const wanted =
    title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, MAX_TITLE) || 'page';
  let id = wanted;
  for (let i = 2; taken.has(id); i++) id = `${wanted}-${i}`;
  return id;
}
