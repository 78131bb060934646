import protobuf from 'protobufjs';

/**
 * OTLP's messages (opentelemetry-proto 1.9.0: `collector/<signal>/v1`, trace, metrics, logs, resource and common), for protobufjs. Written
 * anew from the specification and apart from `packages/otlp`, so that a wrong number there is found. `?` is a field whose presence
 * counts, `[]` a list; what follows a bar excludes the others of its message with that letter. Fields of profiles are left out.
 */
const messages = {
  ExportTraceServiceRequest: ['1 resourceSpans ResourceSpans[]'],
  ExportTraceServiceResponse: ['1 partialSuccess ExportTracePartialSuccess'],
  ExportTracePartialSuccess: ['1 rejectedSpans int64', '2 errorMessage string'],
  ExportMetricsServiceRequest: ['1 resourceMetrics ResourceMetrics[]'],
  ExportMetricsServiceResponse: ['1 partialSuccess ExportMetricsPartialSuccess'],
  ExportMetricsPartialSuccess: ['1 rejectedDataPoints int64', '2 errorMessage string'],
  ExportLogsServiceRequest: ['1 resourceLogs ResourceLogs[]'],
  ExportLogsServiceResponse: ['1 partialSuccess ExportLogsPartialSuccess'],
  ExportLogsPartialSuccess: ['1 rejectedLogRecords int64', '2 errorMessage string'],

  ResourceSpans: ['1 resource Resource', '2 scopeSpans ScopeSpans[]', '3 schemaUrl string'],
  ScopeSpans: ['1 scope InstrumentationScope', '2 spans Span[]', '3 schemaUrl string'],
  Span: [
    '1 traceId bytes',
    '2 spanId bytes',
    '3 traceState string',
    '4 parentSpanId bytes',
    '5 name string',
    '6 kind SpanKind',
    '7 startTimeUnixNano fixed64',
    '8 endTimeUnixNano fixed64',
    '9 attributes KeyValue[]',
    '10 droppedAttributesCount uint32',
    '11 events Event[]',
    '12 droppedEventsCount uint32',
    '13 links Link[]',
    '14 droppedLinksCount uint32',
    '15 status Status',
    '16 flags fixed32',
  ],
  Event: ['1 timeUnixNano fixed64', '2 name string', '3 attributes KeyValue[]', '4 droppedAttributesCount uint32'],
  Link: [
    '1 traceId bytes',
    '2 spanId bytes',
    '3 traceState string',
    '4 attributes KeyValue[]',
    '5 droppedAttributesCount uint32',
    '6 flags fixed32',
  ],
  Status: ['2 message string', '3 code StatusCode'],

  ResourceLogs: ['1 resource Resource', '2 scopeLogs ScopeLogs[]', '3 schemaUrl string'],
  ScopeLogs: ['1 scope InstrumentationScope', '2 logRecords LogRecord[]', '3 schemaUrl string'],
  LogRecord: [
    '1 timeUnixNano fixed64',
    '2 severityNumber SeverityNumber',
    '3 severityText string',
    '5 body AnyValue',
    '6 attributes KeyValue[]',
    '7 droppedAttributesCount uint32',
    '8 flags fixed32',
    '9 traceId bytes',
    '10 spanId bytes',
    '11 observedTimeUnixNano fixed64',
    '12 eventName string',
  ],

  ResourceMetrics: ['1 resource Resource', '2 scopeMetrics ScopeMetrics[]', '3 schemaUrl string'],
  ScopeMetrics: ['1 scope InstrumentationScope', '2 metrics Metric[]', '3 schemaUrl string'],
  Metric: [
    '1 name string',
    '2 description string',
    '3 unit string',
    '5 gauge Gauge|data',
    '7 sum Sum|data',
    '9 histogram Histogram|data',
    '10 exponentialHistogram ExponentialHistogram|data',
    '11 summary Summary|data',
    '12 metadata KeyValue[]',
  ],
  Gauge: ['1 dataPoints NumberDataPoint[]'],
  Sum: ['1 dataPoints NumberDataPoint[]', '2 aggregationTemporality AggregationTemporality', '3 isMonotonic bool'],
  Histogram: ['1 dataPoints HistogramDataPoint[]', '2 aggregationTemporality AggregationTemporality'],
  ExponentialHistogram: [
    '1 dataPoints ExponentialHistogramDataPoint[]',
    '2 aggregationTemporality AggregationTemporality',
  ],
  Summary: ['1 dataPoints SummaryDataPoint[]'],
  NumberDataPoint: [
    '2 startTimeUnixNano fixed64',
    '3 timeUnixNano fixed64',
    '4 asDouble double|value',
    '5 exemplars Exemplar[]',
    '6 asInt sfixed64|value',
    '7 attributes KeyValue[]',
    '8 flags uint32',
  ],
  HistogramDataPoint: [
    '2 startTimeUnixNano fixed64',
    '3 timeUnixNano fixed64',
    '4 count fixed64',
    '5 sum double?',
    '6 bucketCounts fixed64[]',
    '7 explicitBounds double[]',
    '8 exemplars Exemplar[]',
    '9 attributes KeyValue[]',
    '10 flags uint32',
    '11 min double?',
    '12 max double?',
  ],
  ExponentialHistogramDataPoint: [
    '1 attributes KeyValue[]',
    '2 startTimeUnixNano fixed64',
    '3 timeUnixNano fixed64',
    '4 count fixed64',
    '5 sum double?',
    '6 scale sint32',
    '7 zeroCount fixed64',
    '8 positive Buckets',
    '9 negative Buckets',
    '10 flags uint32',
    '11 exemplars Exemplar[]',
    '12 min double?',
    '13 max double?',
    '14 zeroThreshold double',
  ],
  Buckets: ['1 offset sint32', '2 bucketCounts uint64[]'],
  SummaryDataPoint: [
    '2 startTimeUnixNano fixed64',
    '3 timeUnixNano fixed64',
    '4 count fixed64',
    '5 sum double',
    '6 quantileValues ValueAtQuantile[]',
    '7 attributes KeyValue[]',
    '8 flags uint32',
  ],
  ValueAtQuantile: ['1 quantile double', '2 value double'],
  Exemplar: [
    '2 timeUnixNano fixed64',
    '3 asDouble double|value',
    '4 spanId bytes',
    '5 traceId bytes',
    '6 asInt sfixed64|value',
    '7 filteredAttributes KeyValue[]',
  ],

  Resource: ['1 attributes KeyValue[]', '2 droppedAttributesCount uint32', '3 entityRefs EntityRef[]'],
  EntityRef: ['1 schemaUrl string', '2 type string', '3 idKeys string[]', '4 descriptionKeys string[]'],
  InstrumentationScope: [
    '1 name string',
    '2 version string',
    '3 attributes KeyValue[]',
    '4 droppedAttributesCount uint32',
  ],
  KeyValue: ['1 key string', '2 value AnyValue'],
  AnyValue: [
    '1 stringValue string|value',
    '2 boolValue bool|value',
    '3 intValue int64|value',
    '4 doubleValue double|value',
    '5 arrayValue ArrayValue|value',
    '6 kvlistValue KeyValueList|value',
    '7 bytesValue bytes|value',
  ],
  ArrayValue: ['1 values AnyValue[]'],
  KeyValueList: ['1 values KeyValue[]'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Names of the values matter to nothing that is tested. */
const enums = {
  SpanKind: { UNSPECIFIED: 0, INTERNAL: 1, SERVER: 2, CLIENT: 3, PRODUCER: 4, CONSUMER: 5 },
  StatusCode: { UNSET: 0, OK: 1, ERROR: 2 },
  AggregationTemporality: { UNSPECIFIED: 0, DELTA: 1, CUMULATIVE: 2 },
  SeverityNumber: Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`SEVERITY_${i}`, i])),
} as const;

export type MessageName = keyof typeof messages;

const nested: Record<string, protobuf.AnyNestedObject> = {};
for (const [name, fields] of Object.entries(messages)) {
  const described: Record<string, protobuf.IField> = {};
  const oneofs: Record<string, { oneof: string[] }> = {};
  for (const field of fields) {
    const [, id = '', fieldName = '', type = '', marks = ''] = /^(\d+) (\w+) (\w+)(.*)$/.exec(field) ?? [];
    described[fieldName] = { id: Number(id), type, ...(marks === '[]' ? { rule: 'repeated' } : {}) } as protobuf.IField;
    const group = marks.startsWith('|') ? marks.slice(1) : marks === '?' ? `_${fieldName}` : undefined;
    if (group === undefined) continue;
    oneofs[group] ??= { oneof: [] };
    oneofs[group].oneof.push(fieldName);
  }
  nested[name] = { fields: described, oneofs };
}
for (const [name, values] of Object.entries(enums)) nested[name] = { values };

const root = protobuf.Root.fromJSON({ nested });
root.resolveAll();

export function messageType(name: MessageName): protobuf.Type {
  return root.lookupType(name);
}
