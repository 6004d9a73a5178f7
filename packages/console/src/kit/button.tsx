// Buttons, and links that look like them.

import './button.css';
import type { ComponentChildren } from 'preact';
import type { IconName } from './icon.tsx';
import { Icon } from './icon.tsx';

interface ButtonProps {
  readonly children?: ComponentChildren;
  /** `main`: the one thing to do here; `quiet`: without a frame; `danger`: ends or removes. */
  readonly kind?: 'main' | 'plain' | 'quiet' | 'danger';
  readonly size?: 's' | 'm';
  readonly icon?: IconName;
  readonly disabled?: boolean;
  /** Disabled for a while: it keeps the focus. Its form or onClick does nothing meanwhile. */
  readonly busy?: boolean;
  /** For a toggle button: whether it is on. */
  readonly pressed?: boolean;
  /** A submit button needs no onClick: its form has onSubmit. */
  readonly type?: 'button' | 'submit';
  readonly title?: string;
  /** Accessible name if several buttons have the same text. */
  readonly label?: string;
  readonly onClick?: (event: MouseEvent) => void;
}

export function Button({ children, icon, type = 'button', ...props }: ButtonProps) {
  const { kind = 'plain', size = 'm', disabled = false, busy = false, ...rest } = props;
  const { pressed, title, label, onClick } = rest;
  return (
    <button
      class="btn"
      type={type}
      aria-label={label}
      data-kind={kind}
      data-size={size}
      disabled={disabled}
      aria-disabled={busy || undefined}
      aria-pressed={pressed}
      title={title}
      onClick={onClick}
    >
      {icon && <Icon name={icon} size={size === 's' ? 15 : 17} />}
      {children}
    </button>
  );
}

/** A button that is only an icon; its name is read out and shown on hover. */
export function IconButton({
  label,
  icon,
  ...props
}: Omit<ButtonProps, 'children' | 'type' | 'title' | 'icon'> & {
  readonly label: string;
  readonly icon: IconName;
}) {
  const { kind = 'quiet', size = 'm', disabled = false, pressed, onClick } = props;
  return (
    <button
      class="btn"
      type="button"
      data-bare
      data-kind={kind}
      data-size={size}
      disabled={disabled}
      aria-pressed={pressed}
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      <Icon name={icon} size={size === 's' ? 15 : 17} />
    </button>
  );
}
