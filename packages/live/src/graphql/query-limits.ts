import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * What an operation asks for more than is allowed, with its fragments in place of their names. The document must be valid, so that no
 * fragment contains itself. Takes linear time: each fragment is looked at once.
 */
export function limitErrors(document: DocumentNode): readonly GraphQLError[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const sizes = new Map<string, Size>();

  function sizeOfSet({ selections }: SelectionSetNode): Size {
    const size = { depth: 0, fields: 0, aliases: 0 };
    for (const node of selections) {
      let inner: Size;
      if (node.kind === Kind.FIELD) {
        // The schema's own fields have a rule of their own, and their depth says nothing.
        const set = node.name.value.startsWith('__') ? undefined : node.selectionSet;
        const below = set === undefined ? none : sizeOfSet(set);
        inner = {
          depth: below.depth + 1,
          fields: below.fields + 1,
          aliases: below.aliases + (node.alias === undefined ? 0 : 1),
        };
      } else {
        inner = node.kind === Kind.INLINE_FRAGMENT ? sizeOfSet(node.selectionSet) : sizeOfFragment(node.name.value);
      }
      size.depth = Math.max(size.depth, inner.depth);
      size.fields += inner.fields;
      size.aliases += inner.aliases;
    }
    return size;
  }

  function sizeOfFragment(name: string): Size {
    const known = sizes.get(name);
    if (known !== undefined) return known;
    const fragment = fragments.get(name);
    const size = fragment === undefined ? none : sizeOfSet(fragment.selectionSet);
    sizes.set(name, size);
    return size;
  }

  return document.definitions
    .filter((node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION)
    .flatMap(({ selectionSet }) => errorsOf(sizeOfSet(selectionSet)));
}

interface Size {
  readonly depth: number;
  readonly fields: number;
  readonly aliases: number;
}

const none: Size = { depth: 0, fields: 0, aliases: 0 };
const limits: Size = { depth: 6, fields: 200, aliases: 10 };

function errorsOf(size: Size): readonly GraphQLError[] {
  return (['depth', 'fields', 'aliases'] as const)
    .filter((name) => size[name] > limits[name])
    .map(
      (name) => new GraphQLError(`The operation has ${words[name](size[name])}. At most ${limits[name]} are possible.`),
    );
}

const words: Readonly<Record<keyof Size, (count: number) => string>> = {
  depth: (count) => `${count} levels of fields`,
  fields: (count) => `${count} fields`,
  aliases: (count) => `${count} aliases`,
};
