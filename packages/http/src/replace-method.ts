/**
 * Sets a method of this object in front of its prototype's. It is not enumerable, so that listing, copying or printing the object's
 * properties does not change.
 */
export function replaceMethod<T extends object, Name extends keyof T>(target: T, name: Name, method: T[Name]): void {
  Object.defineProperty(target, name, { value: method, writable: true, configurable: true, enumerable: false });
}
