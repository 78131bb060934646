import { isRecord } from '@sightline/base';
import { RequestError } from '../http/request-error.js';
import type { GraphqlRequest } from './operations.js';

/** Reads the parameters of a POST (GraphQL over HTTP, section "POST"). Throws for what is wrong. */
export function parametersOfBody(json: string): GraphqlRequest {
  let body: unknown;
  try {
    body = JSON.parse(json);
  } catch {
    throw new RequestError(400, 'The body is not JSON. Send {"query": "{ topics { topic } }"}.');
  }
  if (!isRecord(body)) throw new RequestError(400, 'The body is no object. Send {"query": "{ topics { topic } }"}.');
  return checked(body['query'], body['operationName'], body['variables'], body['extensions']);
}

/** Reads the parameters of a GET (GraphQL over HTTP, section "GET"). */
export function parametersOfUrl(parameters: URLSearchParams): GraphqlRequest {
  const operationName = parameters.get('operationName');
  return checked(
    parameters.get('query') ?? undefined,
    operationName === '' ? null : operationName,
    jsonIn(parameters, 'variables'),
    jsonIn(parameters, 'extensions'),
  );
}

function checked(query: unknown, operationName: unknown, variables: unknown, extensions: unknown): GraphqlRequest {
  if (typeof query !== 'string') throw wrong('query', 'a string');
  if (!isMissing(operationName) && typeof operationName !== 'string') throw wrong('operationName', 'a string');
  if (!isMissing(variables) && !isRecord(variables)) throw wrong('variables', 'an object');
  if (!isMissing(extensions) && !isRecord(extensions)) throw wrong('extensions', 'an object');
  return { query, operationName: operationName ?? null, variables: variables ?? null };
}

function isMissing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function wrong(name: string, expected: string): RequestError {
  return new RequestError(400, `The parameter "${name}" must be ${expected}.`);
}

function jsonIn(parameters: URLSearchParams, name: string): unknown {
  const text = parameters.get(name);
  if (text === null || text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    throw wrong(name, 'a JSON object');
  }
}
