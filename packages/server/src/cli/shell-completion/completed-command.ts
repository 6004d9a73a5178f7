// What the scripts for all shells are made from.

import type { Command } from '../command.ts';

export interface CompletedCommand extends Pick<Command, 'options' | 'choices'> {
  /** One word, or a group and a word. */
  readonly name: string;
  readonly about: string;
}

export interface FirstWord {
  readonly word: string;
  readonly about: string;
  /** The commands of a group, by their second word; empty if the word is a command. */
  readonly members: readonly CompletedCommand[];
}

/** The first words of all commands, in order. */
export function firstWords(all: readonly CompletedCommand[]): readonly FirstWord[] {
  const words = [...new Set(all.map(({ name }) => name.split(' ')[0] ?? ''))];
  return words.map((word) => {
    const members = all.filter(({ name }) => name.startsWith(`${word} `));
    const alone = all.find(({ name }) => name === word);
    const about = alone?.about ?? members.map(secondWord).join(', ');
    return { word, about, members };
  });
}

export function secondWord({ name }: CompletedCommand): string {
  return name.split(' ')[1] ?? '';
}

/** What a shell offers for a value: these words, files, or nothing. */
export type Values = readonly string[] | 'files' | 'nothing';

export function valuesOf({ value, choices }: CompletedCommand['options'][string]): Values {
  if (choices !== undefined) return choices;
  return value === 'FILE' || value === 'DIR' ? 'files' : 'nothing';
}
