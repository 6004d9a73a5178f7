// Where settings come from: flags, then TILLGATE_* variables, then a JSON file, then defaults.

import { readFileSync } from 'node:fs';
import { findViolations } from '@tillgate/protocol';
import { defaultSettings, Settings } from '../settings.ts';
import type { Option } from './command.ts';
import { UsageError } from './exit-code.ts';

interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
}

const settingNames = Object.keys(Settings.properties) as (keyof Settings)[];
const shapes = Settings.properties as unknown as Record<string, Shape>;

/** `pingInterval` is the flag `--ping-interval` and the variable `TILLGATE_PING_INTERVAL`. */
function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function variableOf(name: string): string {
  return `TILLGATE_${flagOf(name).replaceAll('-', '_').toUpperCase()}`;
}

/** An option of the command line for every setting. */
export function settingOptions(): Readonly<Record<string, Option>> {
  return Object.fromEntries(
    settingNames.map((name) => [
      flagOf(name),
      {
        type: shapes[name]?.type === 'boolean' ? 'boolean' : 'string',
        value: valueWord(shapes[name]),
        ...(shapes[name]?.enum && { choices: shapes[name].enum }),
        about: describeSetting(name),
      },
    ]),
  );
}

function valueWord(shape: Shape | undefined): string {
  return shape?.type === 'integer' || shape?.type === 'number' ? 'N' : 'TEXT';
}

function describeSetting(name: keyof Settings): string {
  const { description = '', default: value, enum: words } = shapes[name] ?? {};
  const choice = words ? ` One of ${words.join(', ')}.` : '';
  return `${description}${choice}${value === undefined ? '' : ` [${value}]`}`;
}

export interface Sources {
  /** Values by flag, as parseArgs returns them. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Path of the JSON file, if there is one. */
  readonly file?: string;
}

/** Throws `UsageError` naming the setting, what was expected and what came. */
export function readSettings(sources: Sources): Settings {
  const settings = Object.assign({}, ...layersOf(sources).map(({ settings: some }) => some));
  const [fault] = findViolations(Settings, settings);
  if (!fault) return settings as Settings;
  const name = fault.path.slice(1);
  throw new UsageError(`Setting ${name}: expected ${fault.expected}, got ${fault.got}.`);
}

/** The source of each setting in force, in words. */
export function sourcesOfSettings(sources: Sources): ReadonlyMap<string, string> {
  return new Map(
    layersOf(sources).flatMap(({ settings, from }) =>
      Object.keys(settings).map((name) => [name, from(name)] as const),
    ),
  );
}

interface Layer {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly from: (name: string) => string;
}

/** Later sources override earlier ones. */
function layersOf({ flags, env, file }: Sources): readonly Layer[] {
  return [
    { settings: { ...defaultSettings() }, from: () => 'default' },
    { settings: file === undefined ? {} : readFile(file), from: () => `file ${file}` },
    { settings: pick((name) => env[variableOf(name)]), from: variableOf },
    { settings: pick((name) => flags[flagOf(name)]), from: (name) => `--${flagOf(name)}` },
  ];
}

/** The configuration file: `--config`, else `TILLGATE_CONFIG`. */
export function withFile(sources: Omit<Sources, 'file'>, config: string | undefined): Sources {
  const file = config ?? sources.env.TILLGATE_CONFIG;
  return file === undefined ? sources : { ...sources, file };
}

function pick(given: (name: string) => unknown): Record<string, unknown> {
  const found = settingNames
    .map((name) => [name, given(name)] as const)
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(found.map(([name, value]) => [name, typed(name, value)]));
}

/** Flags and variables are text; text that is no number stays text, and the validation refuses it. */
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

function readFile(file: string): Record<string, unknown> {
  try {
    const { $schema: _, ...settings } = JSON.parse(readFileSync(file, 'utf8'));
    return settings;
  } catch (cause) {
    const problem = cause instanceof SyntaxError ? 'is not a JSON object' : 'cannot be read';
    throw new UsageError(`The configuration file ${file} ${problem}.`, { cause });
  }
}
