import { messageOf } from '@sightline/base';

/**
 * The commands of a package that the service may not have installed. If it has not, says how to get it and sets the exit code to 2.
 * @param load imports the package
 * @param hint what needs it, and how it is installed
 */
export async function optionalPackage<T>(load: () => Promise<T>, hint: string): Promise<Partial<T>> {
  try {
    return await load();
  } catch (error) {
    console.error(`[sightline] ${hint}. ${messageOf(error)}`);
    process.exitCode = 2;
    return {};
  }
}
