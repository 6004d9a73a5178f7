// Brings the editor when it is first needed; until then, and where it cannot be loaded, a plain text
// field does its work.

import { effect } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Editor as Mounted } from './code-mirror.ts';
import { suggestionsAt } from './completion.ts';
import { cursorAt } from './cursor.ts';
import { findingsOf } from './lint.ts';
import { chosenMessage, currentMessage, knownTids, send, text } from './state.ts';

interface EditorProps {
  /** Called with the editor once it is mounted, so that others can move its cursor. */
  readonly ready: (editor: Mounted) => void;
}

const LABEL = 'Message as JSON';

export function Editor({ ready }: EditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const [there, setThere] = useState(false);
  useEffect(() => {
    let end: () => void = () => undefined;
    let wanted = true;
    const begin = async () => {
      const { mount } = await import('./code-mirror.ts');
      if (!wanted || !host.current) return;
      const editor = mount(host.current, parts());
      const stop = keepInStep(editor);
      end = () => {
        stop();
        editor.end();
      };
      setThere(true);
      ready(editor);
    };
    begin().catch(() => undefined); // The text field stays.
    return () => {
      wanted = false;
      end();
    };
  }, [ready]);
  return (
    <div class="cmp-editor">
      <div ref={host} class="cmp-mirror" hidden={!there} />
      {!there && (
        <textarea
          class="fld-input"
          data-mono
          aria-label={LABEL}
          spellcheck={false}
          value={text.value}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value;
          }}
        />
      )}
    </div>
  );
}

function parts() {
  return {
    label: LABEL,
    text: text.peek(),
    changed: (changed: string) => {
      text.value = changed;
    },
    send: () => void send(),
    findings: (written: string) => findingsOf(written, currentMessage.peek().schema),
    suggest: (written: string, position: number) => {
      const cursor = cursorAt(written, position);
      if (!cursor) return undefined;
      const known = { schema: currentMessage.peek().schema, tids: knownTids.peek() };
      return { cursor, all: suggestionsAt(cursor, known) };
    },
  };
}

/** A text from outside, or another message to hold it against, comes to the editor. */
function keepInStep(editor: Mounted): () => void {
  return effect(() => {
    editor.set(text.value);
    void chosenMessage.value;
    editor.lookAgain();
  });
}
