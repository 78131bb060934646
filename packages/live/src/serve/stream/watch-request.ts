import { isRecord } from '@sightline/base';
import { RequestError } from '../../http/request-error.js';
import type { Watch } from '../../model/stream.js';

/** Reads what a tab wants to watch. Throws for what is not a `WatchRequest`, or too much. */
export function watchesIn(json: string): readonly Watch[] {
  const watch = watchList(json);
  if (watch.length > MAX_WATCHES) throw wrong(`watch has ${watch.length} entries; ${MAX_WATCHES} are possible`);
  const watches = watch.map(watchOf);
  const ids = new Set(watches.map(({ id }) => id));
  if (ids.size < watches.length) throw wrong('two entries of watch have the same id');
  return watches;
}

function watchList(json: string): readonly unknown[] {
  let request: unknown;
  try {
    request = JSON.parse(json);
  } catch {
    throw wrong('the body is not JSON');
  }
  if (!isRecord(request) || !Array.isArray(request['watch'])) throw wrong('the body has no list "watch"');
  return request['watch'];
}

function watchOf(entry: unknown): Watch {
  if (!isRecord(entry)) throw wrong('an entry of watch is no object');
  const { id, path, parameters = {} } = entry;
  if (!isText(id, 100) || !isText(path, 1000)) throw wrong('id and path of a watch must be short texts');
  if (!isRecord(parameters)) throw wrong('parameters of a watch must be an object');
  return { id, path, parameters: parametersOf(parameters) };
}

function parametersOf(given: Readonly<Record<string, unknown>>): Watch['parameters'] {
  const entries = Object.entries(given).map(([name, value]): [string, string | readonly string[]] => {
    const isList = Array.isArray(value) && value.length <= MAX_VALUES && value.every((each) => isText(each, 2000));
    if (isList || isText(value, 2000)) return [name, value as string | readonly string[]];
    throw wrong('a parameter of a watch must be a text, or a list of texts');
  });
  if (entries.length > MAX_VALUES) throw wrong(`a watch has more than ${MAX_VALUES} parameters`);
  return Object.fromEntries(entries); // defines members, so that `__proto__` is one of them
}

function isText(value: unknown, maxLength: number): value is string {
  return typeof value === 'string' && value.length <= maxLength;
}

function wrong(fact: string): RequestError {
  return new RequestError(
    400,
    `The request cannot be read: ${fact}. Send {"watch": [{"id": "1", "path": "traces", "parameters": {"last": "5m"}}]}.`,
  );
}

const MAX_WATCHES = 50;
const MAX_VALUES = 50;
