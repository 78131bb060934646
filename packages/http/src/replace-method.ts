/**
 * Puts a method of this one object before that of its prototype. Not enumerable, as the one below: whatever lists, copies or prints the
 * object's properties gets what it got before.
 */
export function replaceMethod<T extends object, Name extends keyof T>(target: T, name: Name, method: T[Name]): void {
  Object.defineProperty(target, name, { value: method, writable: true, configurable: true, enumerable: false });
}
