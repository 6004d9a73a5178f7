// The layout of each screen: an icon, a title, a line below it, and buttons. A screen reader reads out the two lines
// when they change.

import './screen-layout.css';
import type { ComponentChildren } from 'preact';
import { Fragment } from 'preact';
import type { IconName } from '../../kit/icon.tsx';
import { Icon } from '../../kit/icon.tsx';
import type { Tone } from '../../kit/tone.ts';

interface ScreenLayoutProps {
  readonly title: string;
  readonly about?: ComponentChildren;
  readonly icon?: IconName;
  readonly tone?: Tone;
  /** Shown large above the title, such as an amount. */
  readonly figure?: string;
  readonly busy?: boolean;
  readonly children?: ComponentChildren;
}

export function ScreenLayout({
  title,
  about,
  icon,
  tone,
  figure,
  busy,
  children,
}: ScreenLayoutProps) {
  return (
    <div class="mc-face" data-tone={tone} data-bare={children ? undefined : true}>
      <div class="mc-says" role="status" aria-atomic="true">
        {figure && <p class="mc-figure">{figure}</p>}
        {icon && (
          <span class="mc-sign">
            <Icon name={icon} size={40} />
          </span>
        )}
        {busy && <span class="mc-busy" aria-hidden="true" />}
        <h2>{title}</h2>
        {about && <p class="mc-about">{about}</p>}
      </div>
      {/* A key for each screen: a button that has the focus must not stay focused on the next screen. */}
      <Fragment key={title}>{children}</Fragment>
    </div>
  );
}

interface ChoiceProps {
  readonly children: ComponentChildren;
  /** The key that presses it, by its `KeyboardEvent.key`: a digit, or `Backspace` for Clear. */
  readonly hotkey?: string;
  /** Beside the words where there is room, such as a share. */
  readonly detail?: string;
  /** Below the words. */
  readonly about?: string;
  readonly icon?: IconName;
  /** The one that Enter presses. */
  readonly main?: boolean;
  readonly onPress: () => void;
}

/** A button on the screen. */
export function ScreenButton({ children, hotkey = '', icon, main, ...props }: ChoiceProps) {
  const { detail, about, onPress } = props;
  const keys = [hotkey, main ? 'Enter' : ''].filter(Boolean).join(' ');
  return (
    <button
      class="mc-choice"
      type="button"
      aria-keyshortcuts={keys || undefined}
      data-main={main || undefined}
      onClick={onPress}
    >
      {/^\d$/.test(hotkey) && (
        <span class="mc-hotkey" aria-hidden="true">
          {hotkey}
        </span>
      )}
      {icon && <Icon name={icon} size={18} />}
      <span>
        {children}
        {about && <span class="mc-below">{about}</span>}
      </span>
      {detail && <span class="mc-detail">{detail}</span>}
    </button>
  );
}

/** Presses the button on the screen that has this key; false if none has. */
export function pressScreenButton(screen: HTMLElement | null, key: string): boolean {
  const button = screen?.querySelector<HTMLElement>(`.mc-choice[aria-keyshortcuts~="${key}"]`);
  button?.click();
  return Boolean(button);
}

export function ScreenButtons({
  children,
  columns = 1,
}: {
  readonly children: ComponentChildren;
  readonly columns?: 1 | 2 | 3;
}) {
  return (
    <div class="mc-choices" data-columns={columns}>
      {children}
    </div>
  );
}
