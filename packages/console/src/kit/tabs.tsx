// Tabs: one of several things of one kind is shown; arrow keys move between the tabs.

import './tabs.css';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

export interface Tab {
  readonly key: string;
  readonly label: ComponentChildren;
}

interface TabsProps {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly selected: string;
  readonly onSelect: (key: string) => void;
  /** Id of the element that shows the selected one (role `tabpanel`). */
  readonly panel: string;
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

export function Tabs({ label, tabs, selected, onSelect, panel }: TabsProps) {
  const idOf = (key: string) => `${panel}-${key}`;
  useEffect(() => {
    const tab = document.getElementById(idOf(selected));
    tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [selected]);
  const move = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    const at = tabs.findIndex(({ key }) => key === selected);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    onSelect(next.key);
    document.getElementById(idOf(next.key))?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label}>
      {tabs.map((tab) => (
        <button
          key={tab.key}
          id={idOf(tab.key)}
          class="tab"
          type="button"
          role="tab"
          aria-selected={tab.key === selected}
          aria-controls={panel}
          tabIndex={tab.key === selected ? 0 : -1}
          onClick={() => onSelect(tab.key)}
          onKeyDown={move}
        >
          {tab.label}
        </button>
      ))}
    </div>
  );
}
