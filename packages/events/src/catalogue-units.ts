/** The units of a catalogue. */
export interface CatalogueUnits {
  /**
   * Whether times are in seconds and sizes in bytes, as Prometheus and OpenTelemetry recommend, instead of milliseconds and megabytes.
   * This changes names on wires that write units. Default: false.
   */
  usesBaseUnits?: boolean | undefined;
}
