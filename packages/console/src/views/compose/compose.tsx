// Compose: choose a message, write it with the schema at hand, send it, and see what comes back.

import './compose.css';
import { useEffect, useRef } from 'preact/hooks';
import { refreshCliCommand } from '../../api/cli-command.ts';
import { routeLocation } from '../../app/route.ts';
import { isTillConnection } from '../../frames/frame.ts';
import { gatewayFrames, pageFrames } from '../../frames/store.ts';
import { View } from '../../kit/panel.tsx';
import { isNarrow } from '../../kit/viewport.ts';
import { DraftsPanel } from './drafts-panel.tsx';
import { EditorPanel } from './editor-panel.tsx';
import { GatewayRequestsPanel } from './gateway-requests-panel.tsx';
import { PickerPanel, PickerSelect } from './message-picker.tsx';
import { messageOptionsFor } from './messages.ts';
import { ResponsesPanel } from './responses-panel.tsx';
import { SentPanel } from './sent-panel.tsx';
import { connectOnce, openDraft, targetApi } from './state.ts';

export function Compose() {
  useAddressQuery();
  useEffect(connectOnce, []);
  useEffect(() => void refreshCliCommand(), []);
  return (
    <View
      title="Compose"
      about="Write a message with its schema at hand, send it as it stands, and see what comes back."
    >
      <div class="cmp">
        <div class="stack">
          {isNarrow.value ? <PickerSelect /> : <PickerPanel />}
          {!isNarrow.value && <DraftsPanel />}
          {!isNarrow.value && <SentPanel />}
        </div>
        <EditorPanel />
        <div class="stack">
          <GatewayRequestsPanel />
          <ResponsesPanel />
          {isNarrow.value && <DraftsPanel />}
          {isNarrow.value && <SentPanel />}
        </div>
      </div>
    </View>
  );
}

/** The address may name a frame to send again, or a message of the documentation to try. */
function useAddressQuery(): void {
  const done = useRef('');
  const { query } = routeLocation.value;
  const wanted = JSON.stringify(query);
  useEffect(() => {
    if (done.current === wanted) return;
    done.current = wanted;
    openFrame(query) || openMessage(query);
  }, [wanted, query]);
}

function openFrame({ frame: seq, of }: Readonly<Record<string, string>>): boolean {
  const { history } = of === 'gateway' ? gatewayFrames : pageFrames;
  const frame = history.get(Number(seq));
  if (!frame || !isTillConnection(frame.connection)) return false;
  const [part] = frame.messages;
  const { integration, version } = frame.connection;
  openDraft({ integration, version, message: part?.message ?? '', text: laidOut(frame.text) });
  return true;
}

function laidOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** `#/compose?message=sale&integration=pac&version=v1`; what is left out is as it was. */
function openMessage(query: Readonly<Record<string, string>>): void {
  const { message = '' } = query;
  const { integration, version } = { ...targetApi.peek(), ...query };
  if (integration !== 'pac' && integration !== 'pat') return;
  if (version !== 'v1' && version !== 'v0') return;
  const choice = messageOptionsFor({ integration, version }).find(
    ({ name, method }) => name === message || method === message,
  );
  if (choice)
    openDraft({ integration, version, message: choice.name, text: choice.examples[0] ?? '' });
}
