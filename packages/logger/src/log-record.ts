/** A line as OpenTelemetry's Logs Data Model has it. Already redacted and bounded. */
export interface LogRecord {
  /** Unix time in milliseconds. */
  readonly timestampMs: number;
  /** 1 to 24 ("SeverityNumber"): debug 5, info 9, warning 13, error 17, critical 21. */
  readonly severityNumber: number;
  readonly severityText: string;
  /** The message; `''` where a call had none. */
  readonly body: string;
  /** The fields of call, logger and context; of an error `exception.type`, `exception.message` and `exception.stacktrace`. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
  readonly traceFlags?: number | undefined;
  /** The logger's, for the instrumentation scope. */
  readonly name: string;
}

/** Takes every line beside the destination, such as an exporter of OpenTelemetry's logs. */
export interface LogSink {
  /**
   * Called once per line, synchronously, after the line was written. Owns the record. What it throws is counted
   * (`log_dropped_total{reason="sink"}`); what it logs itself is not given to it again.
   */
  emit(record: LogRecord): void;
  /** Resolves when everything emitted before was delivered. Called by `flush()` and `shutdown()` of the logger. */
  flush?(): Promise<void>;
}
