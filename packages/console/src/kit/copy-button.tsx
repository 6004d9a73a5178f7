// Copies a text to the clipboard and shows a toast.

import { Button, IconButton } from './button.tsx';
import { toast } from './toast.tsx';

/** False if the browser does not allow it: it does on a secure page and on loopback. */
export async function copyText(text: string, what: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what} copied.`);
    return true;
  } catch {
    toast('The browser did not let it be copied. Select the text and copy it by hand.', 'bad');
    return false;
  }
}

interface CopyButtonProps {
  /** Such as `Address`. */
  readonly what: string;
  readonly text: () => string;
  /** Text beside the icon; without it the button is an icon only. */
  readonly label?: string;
  /** It is in the clipboard. */
  readonly onCopied?: () => void;
}

export function CopyButton({ what, text, label, onCopied }: CopyButtonProps) {
  const copy = async () => {
    if (await copyText(text(), what)) onCopied?.();
  };
  if (!label) {
    return (
      <IconButton
        icon="copy"
        size="s"
        label={`Copy ${what.toLowerCase()}`}
        onClick={() => void copy()}
      />
    );
  }
  return (
    <Button icon="copy" size="s" onClick={() => void copy()}>
      {label}
    </Button>
  );
}
