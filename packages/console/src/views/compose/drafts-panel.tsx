// Shows the drafts that are stored in this browser.

import { Button, IconButton } from '../../kit/button.tsx';
import { Panel } from '../../kit/panel.tsx';
import { drafts, removeDraft } from './drafts.ts';
import { openDraft } from './state.ts';

export function DraftsPanel() {
  const all = drafts.value;
  return (
    <Panel title="Drafts">
      {all.length === 0 ? (
        <p class="quiet">None yet. “Save as draft” keeps a message in this browser.</p>
      ) : (
        <ul class="cmp-rows">
          {all.map((draft) => (
            <li key={draft.name}>
              <Button kind="quiet" size="s" onClick={() => openDraft(draft)}>
                {draft.name}
              </Button>
              <IconButton
                icon="trash"
                size="s"
                label={`Delete ${draft.name}`}
                onClick={() => removeDraft(draft)}
              />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
