import { createTwoFilesPatch } from 'diff';
import type { Drift } from '../files/ops-folder.js';

/** A difference as a patch, from what is there to what would be generated; long ones are cut. */
export function driftText({ path: file, there, generated }: Drift): string {
  if (there === undefined) return `${file}: is not there`;
  if (generated === undefined) return `${file}: is no longer generated`;
  const patch = createTwoFilesPatch(`${file} (there)`, `${file} (generated)`, there, generated, undefined, undefined, {
    context: 2,
    timeout: 1000,
  });
  const lines = (patch ?? `${file}: differs nearly everywhere`).split('\n').slice(1);
  const left = lines.length - MAX_LINES;
  return [...lines.slice(0, MAX_LINES), ...(left > 0 ? [`… and ${left} further lines`] : [])].join('\n').trimEnd();
}

const MAX_LINES = 40;
