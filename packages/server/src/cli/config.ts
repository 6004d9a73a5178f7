// `tillgate config`: the settings in force, and where each came from.

import { command as define } from './command.ts';
import { exitCode } from './exit-code.ts';
import { printJson } from './output.ts';
import { readSettings, settingOptions, sourcesOfSettings, withFile } from './read-settings.ts';

/** The address of a database may hold a password. */
const SECRET = /token|secret|password|^store$/i;

export const command = define({
  usage: 'config [--config FILE] [--sources] [settings]',
  about: [
    'Prints the settings that `tillgate serve` with the same words would use, as JSON.',
    'Flags win over TILLGATE_* variables, those over the JSON file, that over defaults.',
  ],
  options: {
    config: { type: 'string', value: 'FILE', about: 'JSON file with settings.' },
    sources: { type: 'boolean', about: 'Say where each setting came from.' },
    ...settingOptions(),
  },
  run: async (values) => {
    const { config, sources: wanted } = values as { config?: string; sources?: boolean };
    const sources = withFile({ flags: values, env: process.env }, config);
    const settings = Object.entries(readSettings(sources));
    const from = sourcesOfSettings(sources);
    const shown = settings.map(([name, value]) => {
      const masked = SECRET.test(name) ? '********' : value;
      return [name, wanted ? { value: masked, source: from.get(name) } : masked];
    });
    printJson(Object.fromEntries(shown), 2);
    return exitCode.done;
  },
});
