/** The part of a trace that is shown, in milliseconds after its start. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Where a span lies in a window, in percent; cut at its borders. */
export function barPlace(
  { fromMs, untilMs }: TimeWindow,
  offsetMs: number,
  durationMs: number,
): { left: number; width: number } {
  const length = untilMs - fromMs;
  const left = clamped(((offsetMs - fromMs) / length) * 100);
  const right = clamped(((offsetMs + durationMs - fromMs) / length) * 100);
  return { left, width: right - left };
}

/** Round times within a window, at most `most` of them. */
export function timeTicks({ fromMs, untilMs }: TimeWindow, most: number): readonly number[] {
  const rough = (untilMs - fromMs) / most;
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough * 0.999) ?? rough;
  const ticks = [];
  for (let index = Math.ceil(fromMs / step - 1e-9); index * step <= untilMs && ticks.length <= most; index++)
    ticks.push(index * step + 0); // never -0
  return ticks;
}

function clamped(percent: number): number {
  return Math.max(0, Math.min(100, percent));
}
