/**
 * Draws one chart a frame: 12 charts of 40 series drawn at once block the page for more than 50 ms, one by one none does. A chart that is
 * asked for again before its turn is drawn once.
 */
export interface DrawQueue {
  add(draw: () => void): void;
  remove(draw: () => void): void;
}

export function createDrawQueue(requestFrame: (callback: () => void) => void): DrawQueue {
  const waiting = new Set<() => void>();
  let isAsked = false;
  const ask = (): void => {
    if (isAsked || waiting.size === 0) return;
    isAsked = true;
    requestFrame(() => {
      isAsked = false;
      const [draw] = waiting;
      if (draw === undefined) return;
      waiting.delete(draw);
      try {
        draw();
      } finally {
        ask();
      }
    });
  };
  return {
    add(draw) {
      waiting.add(draw);
      ask();
    },
    remove: (draw) => void waiting.delete(draw),
  };
}
