import { createServer, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { prepareForProperties } from '../src/prepare-for-properties.js';

function withPrototype(prototype: object): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  return Object.setPrototypeOf(request, Object.create(prototype) as object) as IncomingMessage;
}

test('an object has the same properties in the same order as before', () => {
  const request = withPrototype(IncomingMessage.prototype);
  const before = Reflect.ownKeys(request).map((key) => [key, Object.getOwnPropertyDescriptor(request, key)]);
  prepareForProperties(request);
  expect(Reflect.ownKeys(request).map((key) => [key, Object.getOwnPropertyDescriptor(request, key)])).toEqual(before);
});

test('objects of classes, without a prototype, and of servers stay as they are', () => {
  for (const target of [new IncomingMessage(new Socket()), Object.create(null) as object, createServer()]) {
    const before = Reflect.ownKeys(target);
    prepareForProperties(target);
    expect(Reflect.ownKeys(target)).toEqual(before);
  }
});
