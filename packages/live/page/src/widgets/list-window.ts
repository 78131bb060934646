/** The rows that a list has to draw, `from` up to and without `to`, with some above and below so that scrolling shows no gap. */
export function listWindow(
  { scrollTop, height, rowHeight, count }: { scrollTop: number; height: number; rowHeight: number; count: number },
  around: number = 6,
): { from: number; to: number } {
  const first = Math.floor(Math.max(0, scrollTop) / rowHeight);
  const visible = Math.ceil(Math.max(0, height) / rowHeight) + 1;
  const from = Math.max(0, Math.min(first, count - visible) - around);
  return { from, to: Math.min(count, Math.max(0, first) + visible + around) };
}

/** Where a key leads in a list; `undefined` if it does not move in lists. */
export function movedIndex(key: string, index: number, count: number, pageRows: number): number | undefined {
  const target = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    Home: 0,
    End: count - 1,
    PageDown: index + pageRows,
    PageUp: index - pageRows,
  }[key];
  if (target === undefined || count === 0) return undefined;
  if (index < 0) return key === 'End' || key === 'ArrowUp' ? count - 1 : 0;
  return Math.max(0, Math.min(count - 1, target));
}

/** Where to scroll so that a row is whole in sight; `scrollTop` if it is. */
export function scrolledTo(
  index: number,
  { scrollTop, height, rowHeight }: { scrollTop: number; height: number; rowHeight: number },
): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  if (top + rowHeight > scrollTop + height) return top + rowHeight - height;
  return scrollTop;
}
