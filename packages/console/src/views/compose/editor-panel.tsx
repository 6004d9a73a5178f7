// The message being written: what it is for, its text, what is wrong with it, and sending it.

import { useCallback, useRef, useState } from 'preact/hooks';
import { cliCommand } from '../../api/cli-command.ts';
import { hrefOf } from '../../app/route.ts';
import { Badge } from '../../kit/badge.tsx';
import { Button } from '../../kit/button.tsx';
import { copyText } from '../../kit/copy-button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { Check, TextField } from '../../kit/field.tsx';
import { Panel } from '../../kit/panel.tsx';
import { toast } from '../../kit/toast.tsx';
import { selectedConnection } from '../../socket/connections.ts';
import { initialAddress } from '../../socket/gateway-address.ts';
import type { Editor as Mounted } from './code-mirror.ts';
import type { Copied } from './copy-as.ts';
import { asJson } from './copy-as.ts';
import { asCommand } from './copy-command.ts';
import { asCSharp, asGo, asJava, asJavaScript, asPhp, asPython } from './copy-programs.ts';
import { asTypeScript } from './copy-typescript.ts';
import { saveDraft } from './drafts.ts';
import { Editor } from './editor.tsx';
import {
  batch,
  chooseMessage,
  currentMessage,
  findings,
  hasRequest,
  incrementsId,
  send,
  targetApi,
  text,
} from './state.ts';

export function EditorPanel() {
  const editor = useRef<Mounted | undefined>(undefined);
  const ready = useCallback((mounted: Mounted) => {
    editor.current = mounted;
  }, []);
  return (
    <Panel title={titleOf()} actions={<Examples />}>
      {batch.value ? <AboutBatch /> : <About />}
      <Editor ready={ready} />
      <Findings show={(position) => editor.current?.show(position)} />
      <SendBar />
      <CopyBar />
    </Panel>
  );
}

function titleOf(): string {
  const count = batch.value?.length;
  if (count === undefined) return currentMessage.value.title;
  return `A batch of ${count} message${count === 1 ? '' : 's'}`;
}

function AboutBatch() {
  return (
    <div class="cmp-about">
      <p>
        The messages start in this order and run side by side. One array with all answers comes when
        the last is ready; what happens meanwhile is told at once.
      </p>
      <p class="cmp-rules">C-3.16, C-3.17</p>
    </div>
  );
}

function Examples() {
  const { examples } = currentMessage.value;
  return (
    <div class="btns">
      {examples.map((example, index) => (
        <Button
          key={example}
          kind="quiet"
          size="s"
          onClick={() => chooseMessage(currentMessage.value, index)}
        >
          {examples.length === 1 ? 'Fill from example' : `Example ${index + 1}`}
        </Button>
      ))}
    </div>
  );
}

function About() {
  const { purpose, rules, name } = currentMessage.value;
  const { version, integration } = targetApi.value;
  return (
    <div class="cmp-about">
      <p>{purpose}</p>
      <p class="cmp-rules">
        <a
          href={`/schemas/${version}/${integration}/${name}.json`}
          target="_blank"
          rel="noreferrer"
        >
          {version}/{integration}/{name}.json
        </a>
        {' · '}
        {rules.join(', ')}
      </p>
    </div>
  );
}

function Findings({ show }: { readonly show: (position: number) => void }) {
  const all = findings.value;
  if (all.length === 0) return null;
  return (
    <ul class="cmp-findings" aria-label="What departs from the schema">
      {all.map(({ from, sentence }) => (
        <li key={from + sentence}>
          <button type="button" onClick={() => show(from)}>
            <span>Line {text.value.slice(0, from).split('\n').length}</span>
            <span>{sentence}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function SendBar() {
  const isOpen = selectedConnection.value?.isOpen ?? false;
  const faulty = findings.value.length > 0;
  const layOut = () => {
    text.value = asJson({ text: text.value }).text.trimEnd();
  };
  const count = findings.value.length === 1 ? '1 fault' : `${findings.value.length} faults`;
  const fitting = batch.value ? 'Each fits its schema' : 'Fits its schema';
  return (
    <div class="cmp-bar">
      <div class="btns">
        <Button
          kind="main"
          icon="send"
          disabled={!isOpen}
          title="Ctrl+Enter"
          onClick={() => void send()}
        >
          {faulty ? 'Send it all the same' : 'Send'}
        </Button>
        <Badge tone={faulty ? 'bad' : 'good'}>{faulty ? count : fitting}</Badge>
        {!isOpen && (
          <span class="quiet">
            <a href={hrefOf('connect')}>Connect</a> to send it.
          </span>
        )}
      </div>
      <div class="btns">
        {hasRequest.value && (
          <Check
            label="New id after sending"
            checked={incrementsId.value}
            onChange={(checked) => {
              incrementsId.value = checked;
            }}
          />
        )}
        <Button size="s" kind="quiet" onClick={layOut}>
          Lay out
        </Button>
      </div>
    </div>
  );
}

const ways = [
  { what: 'JSON', write: asJson },
  { what: 'Command line', write: asCommand },
  { what: 'TypeScript', write: asTypeScript },
  { what: 'JavaScript', write: asJavaScript },
  { what: 'Python', write: asPython },
  { what: 'Java', write: asJava },
  { what: 'C#', write: asCSharp },
  { what: 'Go', write: asGo },
  { what: 'PHP', write: asPhp },
] as const;

function CopyBar() {
  const where = selectedConnection.value?.address ?? {
    ...initialAddress(location),
    ...targetApi.value,
  };
  const copy = ({ what, write }: (typeof ways)[number]) => {
    const { method } = currentMessage.value;
    const command = cliCommand.value;
    const copied: Copied = write({ text: text.value, method, where, command });
    if ('text' in copied) void copyText(copied.text, what);
    else toast(copied.why, 'bad');
  };
  return (
    <div class="cmp-bar">
      <fieldset class="btns">
        <legend class="unseen">Copy as</legend>
        <span class="quiet">Copy as</span>
        {ways.map((way) => (
          <Button key={way.what} size="s" icon="copy" onClick={() => copy(way)}>
            {way.what}
          </Button>
        ))}
      </fieldset>
      <SaveButton />
    </div>
  );
}

function SaveButton() {
  const [asking, setAsking] = useState(false);
  const [name, setName] = useState('');
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    const draft = { ...targetApi.value, name: name.trim(), message: currentMessage.value.name };
    if (draft.name === '') return;
    const kept = saveDraft({ ...draft, text: text.value });
    toast(
      kept ? `Saved as “${draft.name}”.` : 'This browser has no room for it.',
      kept ? 'good' : 'bad',
    );
    setAsking(false);
  };
  const begin = () => {
    setName(currentMessage.value.title);
    setAsking(true);
  };
  return (
    <>
      <Button size="s" icon="save" onClick={begin}>
        Save as draft
      </Button>
      <Dialog title="Save as draft" open={asking} onClose={() => setAsking(false)}>
        <form class="cmp-picker" onSubmit={save}>
          <TextField
            label="Name"
            hint="A draft of the same name is replaced. It stays in this browser."
            value={name}
            onInput={setName}
          />
          <div class="btns">
            <Button kind="main" type="submit" disabled={name.trim() === ''}>
              Save
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  );
}
