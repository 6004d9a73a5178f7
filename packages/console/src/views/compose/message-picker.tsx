// The messages of the connection's version: grouped and searchable, or as one list where room is scarce.

import { useState } from 'preact/hooks';
import { Segmented, TextField } from '../../kit/field.tsx';
import { Panel } from '../../kit/panel.tsx';
import { SelectableRow } from '../../kit/selectable-row.tsx';
import { selectedConnection } from '../../socket/connections.ts';
import type { MessageOption } from './messages.ts';
import { groups, searchMessages } from './messages.ts';
import {
  chooseMessage,
  chosenMessage,
  messageOptions,
  setPreferredApi,
  targetApi,
} from './state.ts';

export function PickerPanel() {
  const [wanted, setWanted] = useState('');
  const found = searchMessages(messageOptions.value, wanted);
  return (
    <Panel title="Message">
      <div class="cmp-picker">
        <TargetApiFields />
        <TextField label="Search" type="search" value={wanted} onInput={setWanted} />
        <nav class="cmp-picker" aria-label="Messages">
          {groups.map((group) => (
            <Group key={group} title={group} all={found.filter((one) => one.group === group)} />
          ))}
        </nav>
        {found.length === 0 && <p class="quiet">No message has these words.</p>}
      </div>
    </Panel>
  );
}

function Group({ title, all }: { readonly title: string; readonly all: readonly MessageOption[] }) {
  if (all.length === 0) return null;
  return (
    <div class="cmp-group">
      <h3>{title}</h3>
      {all.map((choice) => (
        <SelectableRow
          key={choice.name}
          layout="cmp-choice"
          selected={choice.name === chosenMessage.value.name}
          onSelect={() => chooseMessage(choice)}
        >
          <span>{choice.title}</span>
          <span>{choice.method}</span>
        </SelectableRow>
      ))}
    </div>
  );
}

export function PickerSelect() {
  return (
    <div class="cmp-picker">
      <TargetApiFields />
      <div class="fld">
        <label for="cmp-message">Message</label>
        <select
          id="cmp-message"
          class="fld-input"
          value={chosenMessage.value.name}
          onChange={({ currentTarget }) => {
            const choice = messageOptions.value.find(({ name }) => name === currentTarget.value);
            if (choice) chooseMessage(choice);
          }}
        >
          {groups.map((group) => (
            <optgroup key={group} label={group}>
              {messageOptions.value
                .filter((one) => one.group === group)
                .map(({ name, title }) => (
                  <option key={name} value={name}>
                    {title}
                  </option>
                ))}
            </optgroup>
          ))}
        </select>
      </div>
    </div>
  );
}

/** Shown only without a connection, which has an integration and a version of its own. */
function TargetApiFields() {
  if (selectedConnection.value) return null;
  return (
    <div class="btns">
      <Segmented
        label="Integration"
        value={targetApi.value.integration}
        options={[
          { value: 'pac', label: 'pac' },
          { value: 'pat', label: 'pat' },
        ]}
        onChange={(integration) => setPreferredApi({ integration })}
      />
      <Segmented
        label="Version"
        value={targetApi.value.version}
        options={[
          { value: 'v1', label: 'v1' },
          { value: 'v0', label: 'v0' },
        ]}
        onChange={(version) => setPreferredApi({ version })}
      />
    </div>
  );
}
