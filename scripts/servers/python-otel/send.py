"""Sends a trace, metrics and log records by OpenTelemetry's SDK for Python: send.py http|grpc ENDPOINT"""

import logging
import sys

from opentelemetry import metrics, trace
from opentelemetry._logs import set_logger_provider
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

protocol, endpoint = sys.argv[1:3]
if protocol == "http":
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    def exporter(kind, path):
        return kind(endpoint=f"{endpoint}/v1/{path}")
else:
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    def exporter(kind, path):
        return kind(endpoint=endpoint, insecure=True)


resource = Resource.create({"service.name": f"python-{protocol}"})
traces = TracerProvider(resource=resource)
traces.add_span_processor(BatchSpanProcessor(exporter(OTLPSpanExporter, "traces")))
trace.set_tracer_provider(traces)
logs = LoggerProvider(resource=resource)
logs.add_log_record_processor(BatchLogRecordProcessor(exporter(OTLPLogExporter, "logs")))
set_logger_provider(logs)
meters = MeterProvider(
    resource=resource,
    metric_readers=[PeriodicExportingMetricReader(exporter(OTLPMetricExporter, "metrics"), export_interval_millis=60_000)],
)
metrics.set_meter_provider(meters)

meter = metrics.get_meter("shop")
meter.create_counter("shop.orders").add(3, {"product": "tea"})
meter.create_histogram("shop.total", unit="s").record(0.25)
meter.create_up_down_counter("shop.open").add(-2)
logger = logging.getLogger("shop")
logger.addHandler(LoggingHandler(logger_provider=logs))
with trace.get_tracer("shop").start_as_current_span("POST /orders", kind=trace.SpanKind.SERVER, attributes={"items": 3}):
    with trace.get_tracer("shop").start_as_current_span("charge") as charge:
        charge.add_event("refused", {"attempt": 1})
        charge.set_status(trace.StatusCode.ERROR, "no funds")
        logger.warning("payment refused")

for provider in (traces, logs, meters):
    provider.shutdown()
