import { DeadlineError, isRecord } from '@sightline/base';
import { RequestError } from '../http/request-error.js';
import { ApiError, type FileAnswer } from '../model/api.js';

/** What went wrong, for the client. */
export interface ApiProblem {
  readonly status: number;
  readonly problem: string;
  /** Whether it is unexpected: for the log. */
  readonly isFault: boolean;
}

/** The message of an unexpected error stays here: it may say anything. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiError || error instanceof RequestError) {
    return { status: error.status, problem: error.message, isFault: false };
  }
  if (error instanceof DeadlineError) {
    return { status: 503, problem: 'The answer takes too long. Ask for less, or later.', isFault: true };
  }
  return { status: 500, problem: 'The answer failed. The log of the service says why.', isFault: true };
}

export function isFileAnswer(answer: unknown): answer is FileAnswer {
  return isRecord(answer) && isRecord(answer['file']) && 'chunks' in answer['file'];
}
