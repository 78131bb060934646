/** In which units a catalogue records. */
export interface CatalogueUnits {
  /**
   * Whether times are in seconds and sizes in bytes, as Prometheus and OpenTelemetry advise, instead of the milliseconds and megabytes of
   * the catalogue. Names on a wire that writes units change with it. Default false.
   */
  usesBaseUnits?: boolean | undefined;
}
