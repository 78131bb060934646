/**
 * Returns the object with some of its methods replaced. Everything else goes to the object itself, with it as `this`, so that
 * private fields work; a method that returns the object for chaining (`on`) returns the replacement. Functions keep their
 * properties and are the same at every access.
 */
export function withMethods<T extends object>(target: T, methods: Readonly<Record<string, unknown>>): T {
  const passedOn = new WeakMap<object, unknown>();
  const passOn = (method: object): unknown => {
    const known = passedOn.get(method);
    if (known !== undefined) return known;
    const passing = new Proxy(method as (...args: unknown[]) => unknown, {
      apply(fn, self, args) {
        const result: unknown = Reflect.apply(fn, self === proxy ? target : self, args);
        return result === target ? proxy : result;
      },
    });
    passedOn.set(method, passing);
    return passing;
  };
  const proxy: T = new Proxy(target, {
    get(object, name) {
      if (typeof name === 'string' && Object.hasOwn(methods, name)) return methods[name];
      const value: unknown = Reflect.get(object, name, object);
      return typeof value === 'function' && name !== 'constructor' ? passOn(value) : value;
    },
    set: (object, name, value) => Reflect.set(object, name, value, object),
  });
  return proxy;
}
