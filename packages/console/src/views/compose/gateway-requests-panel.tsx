// Open requests of the gateway on this connection, each with example answers to start from.

import { cliCommand } from '../../api/cli-command.ts';
import type { Frame, FrameMessage } from '../../frames/frame.ts';
import { messageOf } from '../../frames/frame.ts';
import { Badge } from '../../kit/badge.tsx';
import { Button } from '../../kit/button.tsx';
import { Panel } from '../../kit/panel.tsx';
import { selectedConnection } from '../../socket/connections.ts';
import { composeAnswer, messageOptions, openRequests } from './state.ts';

export function GatewayRequestsPanel() {
  const open = openRequests.value;
  if (open.length === 0 && selectedConnection.value?.name.integration !== 'pat') return null;
  return (
    <Panel
      title="Questions of the gateway"
      actions={open.length > 0 && <Badge tone="wait">{open.length} open</Badge>}
    >
      <div aria-live="polite">
        {open.length === 0 && (
          <p class="quiet">
            None now. One comes when a waiter does something at a card machine, as with{' '}
            <code>{cliCommand.value} table list</code>.
          </p>
        )}
        {open.map((frame) => (
          <GatewayRequest key={frame.seq} frame={frame} />
        ))}
      </div>
    </Panel>
  );
}

function GatewayRequest({ frame }: { readonly frame: Frame }) {
  const part = frame.messages.find(({ kind }) => kind === 'request');
  if (!part) return null;
  return (
    <div class="cmp-question">
      <div>
        <strong>{part.method}</strong> <span class="quiet">id {part.id}</span>
        <p class="quiet">{paramsText(frame)}</p>
      </div>
      <Templates part={part} />
    </div>
  );
}

/** Its params in one line, without the receipt that may be among them. */
function paramsText(frame: Frame): string {
  const { params } = Object(messageOf(frame)) as { params?: unknown };
  return Object.entries(Object(params))
    .filter(([, value]) => typeof value !== 'object')
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
}

function Templates({ part: { method = '', id = '' } }: { readonly part: FrameMessage }) {
  const choice = messageOptions.value.find(({ name }) => name === `${method}.response`);
  if (!choice) return null;
  return (
    <div class="btns">
      {choice.examples.map((example, index) => (
        <Button
          key={example}
          size="s"
          icon="reply"
          onClick={() => composeAnswer(method, id, index)}
        >
          {labelOf(example, choice.examples.length)}
        </Button>
      ))}
    </div>
  );
}

/** The difference between several examples. */
function labelOf(example: string, count: number): string {
  if (count === 1) return 'Answer';
  const { result } = JSON.parse(example) as { result: Record<string, unknown> };
  const { tables, confirmed, accepted } = result;
  if (Array.isArray(tables)) return tables.length > 0 ? 'Some tables' : 'No tables';
  const yes = confirmed ?? accepted;
  if (typeof yes === 'boolean') return yes ? 'Yes' : 'No';
  return 'Answer';
}
