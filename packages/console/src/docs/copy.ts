// A button on each block of code that copies it. Of a shell with its output only the commands.

export function addCopyButtons(): void {
  for (const block of document.querySelectorAll<HTMLElement>('.code')) {
    const pre = block.querySelector('pre');
    if (pre) block.append(copyButton(pre));
  }
}

function copyButton(pre: HTMLPreElement): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  button.setAttribute('aria-live', 'polite');
  button.addEventListener('click', async () => {
    button.textContent = (await copied(pre)) ? 'Copied' : 'Press Ctrl+C';
    button.addEventListener('blur', () => restore(button), { once: true });
    setTimeout(() => restore(button), 2000);
  });
  return button;
}

function restore(button: HTMLButtonElement): void {
  button.textContent = 'Copy';
}

/** Where a browser does not allow it, the text is selected instead. */
async function copied(pre: HTMLPreElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(textOf(pre));
    return true;
  } catch {
    getSelection()?.selectAllChildren(pre);
    return false;
  }
}

function textOf(pre: HTMLPreElement): string {
  const text = (pre.textContent ?? '').trimEnd();
  if (pre.dataset.kind !== 'console') return text;
  const lines = text.split('\n');
  const isCommand = (at: number): boolean =>
    lines[at]?.startsWith('$ ') || (lines[at - 1]?.endsWith('\\') === true && isCommand(at - 1));
  const commands = lines.filter((_, at) => isCommand(at));
  return commands.map((line) => line.replace(/^\$ /, '')).join('\n');
}
