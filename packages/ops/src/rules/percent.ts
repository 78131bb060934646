/** `5 %`, for people; no share below 1 is shown as 100 %. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(12))} %`;
}
