import { loggerEnvironment } from './environment.js';
import { levelList } from './levels/level-names.js';
import { type ParsedLevels, parseLevels } from './levels/parse-levels.js';
import type { LayoutName } from './options.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the variables say, and what was wrong with them, in words. */
export interface ReadEnvironment {
  readonly levels: ParsedLevels;
  readonly layout: LayoutName | undefined;
  readonly file: string | undefined;
  readonly isProduction: boolean;
  readonly problems: readonly string[];
}

/** An empty variable counts as unset; a wrong one is as good as unset, and reported, or thrown with `SIGHTLINE_STRICT=true`. */
export function readEnvironment(env: Environment): ReadEnvironment {
  const problems: string[] = [];
  const text = (name: string): string | undefined => {
    const value = env[name]?.trim();
    return value === '' ? undefined : value;
  };
  const levelText = text('LOG_LEVEL');
  const levels = levelText === undefined ? { levels: {} } : parseLevels(levelText);
  if (levels === undefined) {
    problems.push(
      `LOG_LEVEL=${shown(levelText)} is not ${levelList}, or such a list as info,collector.ws=debug. Used instead: info.`,
    );
  }
  const layoutText = text('LOG_LAYOUT');
  const choices = loggerEnvironment.find(({ name }) => name === 'LOG_LAYOUT')?.choices ?? {};
  const layout = layoutText === undefined ? undefined : choices[layoutText.toLowerCase()];
  if (layoutText !== undefined && layout === undefined) {
    problems.push(
      `LOG_LAYOUT=${shown(layoutText)} is not one of ${Object.keys(choices).join(', ')}. Used instead: pino.`,
    );
  }
  if (problems.length > 0 && text('SIGHTLINE_STRICT')?.toLowerCase() === 'true') {
    throw new Error(`[logger] ${problems.join(' ').replaceAll(/ Used instead: \w+\./g, '')}`);
  }
  return {
    levels: levels ?? { levels: {} },
    layout: layout as LayoutName | undefined,
    file: text('LOG_FILE'),
    isProduction: text('NODE_ENV') === 'production',
    problems,
  };
}

function shown(text = ''): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 97)}...` : text);
}
