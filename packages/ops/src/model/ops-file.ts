/** A generated file. Two generations of the same facts are identical: no date, no version, no random id. */
export interface OpsFile {
  /** Relative to the folder of all, with forward slashes: `prometheus/rules.yml`. */
  readonly path: string;
  /** Ends with a line break. */
  readonly text: string;
}
