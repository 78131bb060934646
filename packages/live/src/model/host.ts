import type {
  AboutAnswer,
  HealthAnswer,
  LossRow,
  OwnPageAnswer,
  ProfilesAnswer,
  RuntimeAnswer,
  SettingsAnswer,
} from './answers.js';
import type { FileAnswer } from './api.js';

/** What only the process knows that serves the page: a service, or the viewer. */
export interface LiveHost {
  about(): AboutAnswer;
  health(): HealthAnswer | Promise<HealthAnswer>;
  /** What the process itself lost or left out, beside what the stores know. */
  losses(): readonly LossRow[];
  settings(): SettingsAnswer;
  /** Facts of this process that no metric has; `undefined` in the viewer. */
  runtime(): Pick<RuntimeAnswer, 'processes' | 'heapHolders' | 'queues'> | undefined;
  /** `undefined` if there is no such page. */
  page(id: string): OwnPageAnswer | Promise<OwnPageAnswer> | undefined;
  profiles(): ProfilesAnswer;
  /** Throws an `ApiError` with status 409 while one runs, or 404 where there is no profiler. */
  startProfile(kind: 'cpu' | 'heap'): Promise<ProfilesAnswer>;
  profileFile(id: string): FileAnswer | undefined;
}
