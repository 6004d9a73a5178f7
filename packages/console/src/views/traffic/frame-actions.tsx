// Actions on all frames: pause the list, clear it, export it to a file, and import such a file.

import { useRef, useState } from 'preact/hooks';
import { ConfirmDialog } from '../../api/confirm-dialog.tsx';
import { fromJsonLines, toJsonLines } from '../../frames/json-lines.ts';
import { pageFrames } from '../../frames/store.ts';
import { Button } from '../../kit/button.tsx';
import { toast } from '../../kit/toast.tsx';
import { chosen, frames, pausedAt, shown, showSource, togglePause, waiting } from './state.ts';

export function FrameActions() {
  const [asking, setAsking] = useState(false);
  const paused = pausedAt.value !== undefined;
  const none = shown.value.length === 0;
  const clear = async () => {
    frames.value.clear();
    chosen.value = undefined;
    if (paused) togglePause();
  };
  return (
    <div class="btns">
      <Button size="s" icon={paused ? 'play' : 'pause'} pressed={paused} onClick={togglePause}>
        {paused ? `Go on (${waiting.value} new)` : 'Pause'}
      </Button>
      <Button size="s" icon="download" disabled={none} onClick={save}>
        Export
      </Button>
      <ImportButton />
      <Button size="s" icon="trash" disabled={none} onClick={() => setAsking(true)}>
        Clear
      </Button>
      <ConfirmDialog
        title="Clear the traffic?"
        open={asking}
        action="Clear it"
        run={clear}
        onClose={() => setAsking(false)}
      >
        All frames leave this page, those that the filter hides too. Export them first if you need
        them.
      </ConfirmDialog>
    </div>
  );
}

/** What is shown, so a filter narrows the file too. */
function save(): void {
  const file = new Blob([toJsonLines(shown.value)], { type: 'application/jsonl' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `tillgate-traffic-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.jsonl`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
  toast(`${shown.value.length} frames exported.`);
}

let imports = 0;

function ImportButton() {
  const input = useRef<HTMLInputElement>(null);
  const load = async (file: File | undefined) => {
    if (!file) return;
    imports += 1;
    const { frames: read, invalidLines } = fromJsonLines(await file.text(), `file-${imports}`);
    showSource('page');
    pageFrames.import(read);
    if (invalidLines.length === 0) toast(`${read.length} frames imported.`);
    else
      toast(`${read.length} frames imported; ${invalidLines.length} lines are no frames.`, 'bad');
  };
  return (
    <>
      <Button size="s" icon="upload" onClick={() => input.current?.click()}>
        Import
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".jsonl,.ndjson,.json,.txt"
        aria-label="File with exported frames"
        onChange={({ currentTarget }) => {
          void load(currentTarget.files?.[0]);
          currentTarget.value = '';
        }}
      />
    </>
  );
}
