// Brings the editor when it is first needed; until then, and where it cannot be loaded, a plain text
// field does its work.

import { effect } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { isBatch, methodAt } from './batch.ts';
import type { Editor as Mounted } from './code-mirror.ts';
import { suggestionsAt } from './completion.ts';
import type { Cursor } from './cursor.ts';
import { cursorAt } from './cursor.ts';
import { findingsOf } from './lint.ts';
import { messageNamed } from './messages.ts';
import {
  chosenMessage,
  currentMessage,
  knownTids,
  messageOptions,
  recallSent,
  schemaOf,
  send,
  text,
} from './state.ts';

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
    recall: recallSent,
    findings: (written: string) => findingsOf(written, schemaOf),
    suggest: (written: string, position: number) => {
      const cursor = cursorAt(written, position);
      if (!cursor) return undefined;
      const { path, schema } = placeOf(written, cursor);
      const known = { schema, tids: knownTids.peek() };
      return { cursor, all: suggestionsAt({ ...cursor, path }, known) };
    },
  };
}

/** The message around the cursor, and the path in it: in a batch the message is one of several. */
function placeOf(written: string, { path }: Cursor) {
  if (!isBatch(written)) return { path, schema: currentMessage.peek().schema };
  const [index, ...rest] = path;
  const method = methodAt(written, Number(index)) ?? '';
  const named = messageNamed(messageOptions.peek(), method) ?? chosenMessage.peek();
  return { path: rest, schema: named.schema };
}

/** A text from outside, or another message to hold it against, comes to the editor. */
function keepInStep(editor: Mounted): () => void {
  return effect(() => {
    editor.set(text.value);
    void chosenMessage.value;
    editor.lookAgain();
  });
}
