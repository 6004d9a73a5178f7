// The parts of a view: the view itself with its one h1, panels with a heading, empty states, and notices
// of what happened and what to do.

import './panel.css';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { IconName } from './icon.tsx';
import { Icon } from './icon.tsx';
import type { Tone } from './tone.ts';

interface ViewProps {
  readonly title: string;
  /** One sentence on what it is for. */
  readonly about?: ComponentChildren;
  /** Buttons at the right of the title. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function View({ title, about, actions, children }: ViewProps) {
  return (
    <div class="view">
      <header class="view-head">
        <div>
          <h1>{title}</h1>
          {about && <p>{about}</p>}
        </div>
        {actions}
      </header>
      {children}
    </div>
  );
}

interface PanelProps {
  readonly title: string;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Panel({ title, actions, children }: PanelProps) {
  const id = useId();
  return (
    <section class="panel" aria-labelledby={id}>
      <div class="panel-head">
        <h2 id={id}>{title}</h2>
        {actions}
      </div>
      <div class="panel-body">{children}</div>
    </section>
  );
}

interface EmptyStateProps {
  readonly icon: IconName;
  readonly title: string;
  /** What to do next. */
  readonly children?: ComponentChildren;
}

export function EmptyState({ icon, title, children }: EmptyStateProps) {
  return (
    <div class="empty">
      <Icon name={icon} size={32} />
      <strong>{title}</strong>
      {children}
    </div>
  );
}

interface NoticeProps {
  readonly tone?: Exclude<Tone, 'plain'>;
  /** What happened. */
  readonly title: string;
  /** What to do about it. */
  readonly children?: ComponentChildren;
}

/** Screen readers read it when it appears: faults at once, others in turn. */
export function Notice({ tone = 'accent', title, children }: NoticeProps) {
  const icon = { accent: 'info', good: 'check', bad: 'warn', wait: 'clock' } as const;
  return (
    <div class="notice" data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon name={icon[tone]} />
      <strong>{title}</strong>
      {children && <div>{children}</div>}
    </div>
  );
}
