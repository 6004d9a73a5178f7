// Where settings come from: flags, then TILLGATE_* variables, then a JSON file, then defaults.

import { readFileSync } from 'node:fs';
import { explain } from '@tillgate/protocol';
import { defaultSettings, Settings } from '../settings.ts';
import { UsageError } from './usage.ts';

interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
}

export const settingNames = Object.keys(Settings.properties) as (keyof Settings)[];
const shapes = Settings.properties as unknown as Record<string, Shape>;

/** `pingInterval` is the flag `--ping-interval` and the variable `TILLGATE_PING_INTERVAL`. */
export function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export function variableOf(name: string): string {
  return `TILLGATE_${flagOf(name).replaceAll('-', '_').toUpperCase()}`;
}

/** The options of parseArgs for every setting. */
export function settingFlags(): Record<string, { type: 'string' | 'boolean' }> {
  return Object.fromEntries(
    settingNames.map((name) => [
      flagOf(name),
      { type: shapes[name]?.type === 'boolean' ? 'boolean' : 'string' } as const,
    ]),
  );
}

/** What a flag does, for help texts. */
export function describeSetting(name: keyof Settings): string {
  const { description = '', default: value, enum: words } = shapes[name] ?? {};
  const choice = words ? ` One of ${words.join(', ')}.` : '';
  return `${description}${choice}${value === undefined ? '' : ` [${value}]`}`;
}

export interface Sources {
  /** By flag, as parseArgs gives them. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Path of the JSON file, if there is one. */
  readonly file?: string;
}

/** Throws `UsageError` naming the setting, what was expected and what came. */
export function readSettings({ flags, env, file }: Sources): Settings {
  const fromFile = file === undefined ? {} : readFile(file);
  const fromEnv = pick((name) => env[variableOf(name)]);
  const fromFlags = pick((name) => flags[flagOf(name)]);
  const settings = { ...defaultSettings(), ...fromFile, ...fromEnv, ...fromFlags };
  const [fault] = explain(Settings, settings);
  if (!fault) return settings as Settings;
  const name = fault.path.slice(1);
  throw new UsageError(`Setting ${name}: expected ${fault.expected}, got ${fault.got}.`);
}

function pick(given: (name: string) => unknown): Record<string, unknown> {
  const found = settingNames
    .map((name) => [name, given(name)] as const)
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(found.map(([name, value]) => [name, typed(name, value)]));
}

/** Flags and variables are text; a text that is no number stays one, for the check to refuse. */
function typed(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  switch (shapes[name]?.type) {
    case 'integer':
    case 'number':
      return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
    case 'boolean':
      return { true: true, '1': true, false: false, '0': false }[value] ?? value;
    default:
      return value;
  }
}

function readFile(file: string): object {
  try {
    const { $schema: _, ...settings } = JSON.parse(readFileSync(file, 'utf8'));
    return settings;
  } catch (cause) {
    const problem = cause instanceof SyntaxError ? 'is not a JSON object' : 'cannot be read';
    throw new UsageError(`The configuration file ${file} ${problem}.`, { cause });
  }
}
