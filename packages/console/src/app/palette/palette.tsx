// The palette: a text leads to a page, a card machine, a site, a transaction, a message or a guide.

import './palette.css';
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { Dialog } from '../../kit/dialog.tsx';
import { Icon } from '../../kit/icon.tsx';
import { nextIndex } from '../../kit/list-keys.ts';
import { closeOverlay } from '../overlay.ts';
import { builtIn, docsPages, sitesAndMachines, transactionsFor } from './sources.ts';
import type { Target, TargetGroup } from './target.ts';
import { fittingTargets } from './target.ts';

/** After the last key, before the gateway is asked for transactions. */
const PAUSE_MS = 150;

export function Palette() {
  return (
    <Dialog title="Go to" open onClose={closeOverlay}>
      <Search />
    </Dialog>
  );
}

function Search() {
  const id = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const targets = useTargets(text);
  const groups = useMemo(() => fittingTargets(targets, text), [targets, text]);
  const all = groups.flatMap((group) => group.targets);
  const press = (event: KeyboardEvent) => {
    const chosen = all[at];
    if (event.key === 'Enter' && chosen) go(chosen);
    // Home and End belong to the text.
    const isArrow = event.key.startsWith('Arrow');
    const next = isArrow ? nextIndex(event.key, at, all.length) : undefined;
    if (next === undefined) return;
    event.preventDefault();
    setAt(next);
  };
  return (
    <>
      <div class="palette-text">
        <Icon name="search" />
        <input
          class="fld-input"
          role="combobox"
          aria-label="Where to"
          aria-expanded="true"
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={all[at] && `${id}-${at}`}
          placeholder="Page, TID, amount, message, guide"
          autocomplete="off"
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            setAt(0);
          }}
          onKeyDown={press}
        />
      </div>
      <div class="palette-list" role="listbox" id={id} aria-label="Found">
        {groups.map((group) => (
          <Group key={group.name} group={group} list={{ id, at, all }} />
        ))}
      </div>
      <p class="quiet" role="status">
        {all.length === 0 ? 'Nothing fits. Try fewer letters.' : `${all.length} found`}
      </p>
    </>
  );
}

interface GroupProps {
  readonly group: TargetGroup;
  readonly list: { readonly id: string; readonly at: number; readonly all: readonly Target[] };
}

function Group({ group: { name, targets }, list: { id, at, all } }: GroupProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a listbox has groups, not fieldsets.
    <div role="group" aria-labelledby={`${id}-${name}`}>
      <h3 id={`${id}-${name}`} role="presentation">
        {name}
      </h3>
      {targets.map((target) => {
        const index = all.indexOf(target);
        return (
          <Option key={target.href + target.title} id={`${id}-${index}`} chosen={index === at}>
            {target}
          </Option>
        );
      })}
    </div>
  );
}

interface OptionProps {
  readonly id: string;
  readonly chosen: boolean;
  readonly children: Target;
}

function Option({ id, chosen, children: target }: OptionProps) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the text field takes the keys for all options.
    <div
      ref={row}
      id={id}
      class="palette-row"
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      onClick={() => go(target)}
    >
      <b>{target.title}</b>
      <span class="quiet">{target.about}</span>
    </div>
  );
}

function go({ href, before }: Target): void {
  closeOverlay();
  before?.();
  location.href = new URL(href, location.href).href;
}

/** All that is known by now; the gateway's come as they are answered. */
function useTargets(text: string): readonly Target[] {
  const [given, setGiven] = useState<readonly Target[]>([]);
  const [transactions, setTransactions] = useState<readonly Target[]>([]);
  useEffect(() => {
    for (const source of [sitesAndMachines, docsPages]) {
      source().then(
        (more) => setGiven((known) => [...known, ...more]),
        () => undefined,
      );
    }
  }, []);
  useEffect(() => {
    let isOver = false;
    const ask = async () => {
      const found = await transactionsFor(text);
      if (!isOver) setTransactions(found);
    };
    const timer = setTimeout(() => void ask(), text === '' ? 0 : PAUSE_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [text]);
  return useMemo(() => [...builtIn, ...given, ...transactions], [given, transactions]);
}
