// The machines one below the other: each with its state, and what can be done with it.

import type { api } from '@tillgate/protocol';
import { isOperatedByHand, terminalStates } from '@tillgate/protocol';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Badge, Dot } from '../../kit/badge.tsx';
import { Button } from '../../kit/button.tsx';
import { Icon } from '../../kit/icon.tsx';
import { dateTimeText } from '../../kit/time-format.ts';
import { useNow } from '../../kit/use-now.ts';
import { BehaviourDialog } from './behaviour-dialog.tsx';
import { OpenMachineButton } from './open-machine-button.tsx';
import { RevokeDialog } from './revoke-dialog.tsx';
import {
  aboutText,
  lastHeardText,
  machineHref,
  outcomeText,
  paceText,
  scenarioText,
  stateText,
} from './terminal-text.ts';

interface MachineListProps {
  readonly site: api.Site;
  readonly machines: readonly api.Terminal[];
  readonly onChanged: () => void;
  /** Asks for a new pairing code for this machine. */
  readonly onEnrol: (tid: string) => void;
}

interface OpenDialog {
  readonly what: 'behave' | 'revoke';
  readonly machine: api.Terminal;
}

export function MachineList({ site, machines, onChanged, onEnrol }: MachineListProps) {
  const [open, setOpen] = useState<OpenDialog | undefined>(undefined);
  const now = useNow();
  const done = () => {
    setOpen(undefined);
    onChanged();
  };
  const of = (what: OpenDialog['what']) => (open?.what === what ? open.machine : undefined);
  return (
    <>
      <ul class="mac-list">
        {machines.map((machine) => (
          <Machine key={machine.tid} machine={machine} now={now}>
            {machine.kind === 'virtual' ? (
              <>
                <OpenMachineButton site={site} machine={machine} onOpened={onChanged} />
                <Button
                  size="s"
                  icon="qr"
                  label={`${machine.tid} on a phone`}
                  onClick={() => onEnrol(machine.tid)}
                >
                  On a phone
                </Button>
                {machine.paired ? (
                  <Button size="s" onClick={() => setOpen({ what: 'revoke', machine })}>
                    Let go
                  </Button>
                ) : (
                  <Button size="s" onClick={() => setOpen({ what: 'behave', machine })}>
                    Behaviour
                  </Button>
                )}
              </>
            ) : (
              <>
                <a
                  class="btn"
                  data-size="s"
                  href={machineHref({ site: site.name, tid: machine.tid })}
                  target="_blank"
                  rel="noopener"
                  aria-label={`Open ${machine.tid} as /machine, in a new tab`}
                >
                  <Icon name="machine" size={15} />
                  Open as /machine
                </a>
                <Button size="s" onClick={() => onEnrol(machine.tid)}>
                  New code
                </Button>
                <Button size="s" kind="danger" onClick={() => setOpen({ what: 'revoke', machine })}>
                  Revoke
                </Button>
              </>
            )}
          </Machine>
        ))}
      </ul>
      <BehaviourDialog site={site.name} machine={of('behave')} onClose={done} />
      <RevokeDialog site={site.name} machine={of('revoke')} onClose={done} />
    </>
  );
}

interface MachineProps {
  readonly machine: api.Terminal;
  readonly now: number;
  readonly children: ComponentChildren;
}

function Machine({ machine, now, children }: MachineProps) {
  const { tid, kind, currency, lastHeardAt, pace, nextOutcome, scenario } = machine;
  const { tone, word } = stateText(machine);
  return (
    <li class="mac">
      <span class="mac-state">
        <Dot tone={tone} />
        {word}
      </span>
      <div class="mac-name">
        <h3 class="mono">{tid}</h3>
        <span class="quiet">{aboutText(machine)}</span>
      </div>
      <div class="mac-tags">
        <Badge>{kind === 'virtual' ? 'Virtual' : 'Linked'}</Badge>
        {isOperatedByHand(machine) && (
          <Badge tone={terminalStates.byHand.tone}>{terminalStates.byHand.word}</Badge>
        )}
        {currency && <Badge>{currency}</Badge>}
        {pace !== undefined && <Badge tone="accent">Pace: {paceText(pace)}</Badge>}
        {nextOutcome && <Badge tone="accent">Next: {outcomeText(nextOutcome)}</Badge>}
        {scenario && <Badge tone="accent">Scenario: {scenarioText(scenario)}</Badge>}
      </div>
      <span class="mac-last quiet" title={lastHeardAt && dateTimeText(lastHeardAt)}>
        {lastHeardText(machine, now)}
      </span>
      <div class="btns mac-acts">{children}</div>
    </li>
  );
}
