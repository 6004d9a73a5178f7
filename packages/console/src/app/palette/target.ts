// Where the palette leads to, and which targets fit a text. Pure.

export const groupNames = [
  'Pages',
  'Card machines',
  'Sites',
  'Transactions',
  'Messages',
  'Documentation',
] as const;
export type GroupName = (typeof groupNames)[number];

export interface Target {
  readonly group: GroupName;
  /** Unique in its group. */
  readonly title: string;
  /** What it is, in few words. */
  readonly about: string;
  readonly href: string;
  /** Done before the address is opened. */
  readonly before?: () => void;
}

export interface TargetGroup {
  readonly name: GroupName;
  readonly targets: readonly Target[];
}

/** Shown of one group; a longer text finds the others. */
const MOST_OF_A_GROUP = 6;

/** Those with all words of the text, by group; titles that begin with it come first. Without a text the first of each. */
export function fittingTargets(targets: readonly Target[], text: string): readonly TargetGroup[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ group, title, about }: Target) => {
    const content = `${title} ${about} ${group}`.toLowerCase();
    return words.every((word) => content.includes(word));
  };
  const isFirst = ({ title }: Target) => title.toLowerCase().startsWith(words.join(' '));
  const found = targets.filter(fits);
  const ordered = [...found.filter(isFirst), ...found.filter((one) => !isFirst(one))];
  return groupNames
    .map((name) => ({
      name,
      targets: ordered
        .filter(({ group }) => group === name)
        .slice(0, name === 'Pages' ? undefined : MOST_OF_A_GROUP),
    }))
    .filter((group) => group.targets.length > 0);
}
