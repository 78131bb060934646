import type {
  AboutAnswer,
  DatabaseAnswer,
  FlowAnswer,
  LogsAnswer,
  LossesAnswer,
  MessageAnswer,
  MessagesAnswer,
  MetricHistoryAnswer,
  MetricsAnswer,
  OperationsAnswer,
  OverviewAnswer,
  ProfilesAnswer,
  RuntimeAnswer,
  ServicesAnswer,
  SettingsAnswer,
  TopicsAnswer,
  TraceAnswer,
  TracesAnswer,
} from './answers.js';

/** What each path of the JSON API answers. */
export interface AnswersByPath {
  readonly about: AboutAnswer;
  readonly services: ServicesAnswer;
  readonly overview: OverviewAnswer;
  readonly operations: OperationsAnswer;
  readonly losses: LossesAnswer;
  readonly metrics: MetricsAnswer;
  readonly 'metrics/history': MetricHistoryAnswer;
  readonly traces: TracesAnswer;
  readonly [trace: `traces/${string}`]: TraceAnswer;
  readonly logs: LogsAnswer;
  readonly topics: TopicsAnswer;
  readonly messages: MessagesAnswer;
  readonly [message: `messages/${string}`]: MessageAnswer;
  readonly flow: FlowAnswer;
  readonly runtime: RuntimeAnswer;
  readonly database: DatabaseAnswer;
  readonly settings: SettingsAnswer;
  readonly profiles: ProfilesAnswer;
}
