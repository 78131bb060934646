/** One key of the paths to redact; `*` stands for every key and index. */
export interface PathNode {
  readonly next: ReadonlyMap<string, PathNode>;
  readonly isEnd: boolean;
}

/** Throws for a path that cannot be read. */
export function pathsOf(paths: readonly string[]): PathNode | undefined {
  if (paths.length === 0) return undefined;
  const root: Building = { next: new Map(), isEnd: false };
  for (const path of paths) {
    let node = root;
    for (const step of stepsOf(path)) {
      const next = node.next.get(step) ?? { next: new Map(), isEnd: false };
      node.next.set(step, next);
      node = next;
    }
    node.isEnd = true;
  }
  return root;
}

/** Where the paths go on after a key. */
export function pathAfter(node: PathNode, key: string): PathNode | undefined {
  const named = node.next.get(key);
  const any = node.next.get('*');
  if (named === undefined || any === undefined) return named ?? any;
  return { isEnd: named.isEnd || any.isEnd, next: merged(named.next, any.next) };
}

export function bothPaths(a: PathNode | undefined, b: PathNode | undefined): PathNode | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { isEnd: false, next: merged(a.next, b.next) };
}

interface Building {
  next: Map<string, Building>;
  isEnd: boolean;
}

function merged(a: PathNode['next'], b: PathNode['next']): PathNode['next'] {
  const result = new Map(a);
  for (const [key, node] of b) {
    const other = result.get(key);
    result.set(
      key,
      other === undefined ? node : { isEnd: other.isEnd || node.isEnd, next: merged(other.next, node.next) },
    );
  }
  return result;
}

function stepsOf(path: string): string[] {
  const steps: string[] = [];
  let rest = path;
  while (rest !== '') {
    const match = /^(?:\.?([^.[\]"']+)|\[(\d+|\*)\]|\["([^"]*)"\]|\['([^']*)'\])/.exec(rest);
    const step = match?.[1] ?? match?.[2] ?? match?.[3] ?? match?.[4];
    if (match === null || step === undefined) break;
    steps.push(step);
    rest = rest.slice(match[0].length);
  }
  if (rest === '' && steps.length > 0) return steps;
  throw new Error(
    `[logger] redact.paths has ${JSON.stringify(path)}, which cannot be read. Give keys joined by dots, such as "order.note", "items.*.serial" or 'rows[0]["first name"]'.`,
  );
}
