// Copies a text to the clipboard and shows a toast.

import { Button, IconButton } from './button.tsx';
import { toast } from './toast.tsx';

/** Browsers allow it only on a secure page or on loopback. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what} copied.`);
  } catch {
    toast('The browser did not let it be copied. Select the text and copy it by hand.', 'bad');
  }
}

interface CopyButtonProps {
  /** Such as `Address`. */
  readonly what: string;
  readonly text: () => string;
  /** Text beside the icon; without it the button is an icon only. */
  readonly label?: string;
}

export function CopyButton({ what, text, label }: CopyButtonProps) {
  const copy = () => void copyText(text(), what);
  if (!label) {
    return <IconButton icon="copy" size="s" label={`Copy ${what.toLowerCase()}`} onClick={copy} />;
  }
  return (
    <Button icon="copy" size="s" onClick={copy}>
      {label}
    </Button>
  );
}
