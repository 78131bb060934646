export type * from './model/answers.js';
export type { AnswersByPath } from './model/answers-by-path.js';
export type {
  DeliveredMessage,
  LiveMessage,
  PublishedMessage,
  SubscribeOptions,
  TopicStatistics,
  TypeStatistics,
} from './model/message.js';
export { openViewer } from './viewer/open-viewer.js';
export type { Viewer } from './viewer/viewer.js';
export type { ViewerOptions } from './viewer/viewer-options.js';
