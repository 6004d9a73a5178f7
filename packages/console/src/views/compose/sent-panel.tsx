// Lists what was sent from here, to write and send it again.

import { Button } from '../../kit/button.tsx';
import { Panel } from '../../kit/panel.tsx';
import { forgetSent, sentMessages } from './sent-messages.ts';
import { openSent, targetApi } from './state.ts';

/** Longest text of a row. */
const LONGEST_ROW = 80;

export function SentPanel() {
  const all = sentMessages.value;
  const { integration, version } = targetApi.value;
  const clear = (
    <Button kind="quiet" size="s" onClick={forgetSent}>
      Clear
    </Button>
  );
  return (
    <Panel title="Sent" actions={all.length > 0 && clear}>
      {all.length === 0 ? (
        <p class="quiet">What you send is listed here until this tab is closed.</p>
      ) : (
        <>
          <ol class="cmp-rows cmp-sent" aria-label="Sent messages">
            {all.map((sent) => (
              <li key={`${sent.integration} ${sent.version} ${sent.text}`}>
                <Button kind="quiet" size="s" onClick={() => openSent(sent)}>
                  {rowText(sent.text)}
                </Button>
                {(sent.integration !== integration || sent.version !== version) && (
                  <span class="quiet">
                    {sent.integration} {sent.version}
                  </span>
                )}
              </li>
            ))}
          </ol>
          <p class="quiet">
            <kbd>Ctrl</kbd>+<kbd>↑</kbd> and <kbd>Ctrl</kbd>+<kbd>↓</kbd> in the editor go through
            them.
          </p>
        </>
      )}
    </Panel>
  );
}

/** `sale tid VCMINVLSIP0, currency GBP, amount 500`; of what is no request its start. */
function rowText(text: string): string {
  const { method, params } = requestIn(text);
  if (method === undefined) return text.replace(/\s+/g, ' ').slice(0, LONGEST_ROW);
  const values = Object.entries(Object(params))
    .filter(([, value]) => typeof value !== 'object')
    .map(([key, value]) => `${key} ${value}`);
  return `${method} ${values.join(', ')}`.trim().slice(0, LONGEST_ROW);
}

function requestIn(text: string): { readonly method?: unknown; readonly params?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
