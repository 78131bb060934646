/** A line of values as the `d` of an SVG path, `width` by `height`; gaps where there is no value. */
export function sparkPath(values: ReadonlyArray<number | null>, width: number, height: number, max?: number): string {
  const top = max ?? Math.max(0, ...values.map((value) => value ?? 0));
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  let path = '';
  let isDown = false;
  values.forEach((value, index) => {
    if (value === null || !Number.isFinite(value)) {
      isDown = false;
      return;
    }
    const y = top > 0 ? height - (Math.min(value, top) / top) * height : height;
    path += `${isDown ? 'L' : 'M'}${(index * step).toFixed(1)} ${y.toFixed(1)}`;
    isDown = true;
  });
  return path;
}
