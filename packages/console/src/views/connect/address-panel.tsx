// The address that the parts make, growing as they are written.

import { useState } from 'preact/hooks';
import { IconButton } from '../../kit/button.tsx';
import { CopyButton } from '../../kit/copy-button.tsx';
import { Panel } from '../../kit/panel.tsx';
import { connectionUrl, withoutToken } from '../../socket/gateway-address.ts';
import { form } from './form.ts';

export function AddressPanel() {
  const [shown, setShown] = useState(false);
  const address = connectionUrl(form.value);
  const seen = shown ? address : withoutToken(address);
  return (
    <Panel
      title="Address"
      actions={
        <div class="btns">
          <IconButton
            icon={shown ? 'eyeOff' : 'eye'}
            size="s"
            label={shown ? 'Hide the token in the address' : 'Show the token in the address'}
            onClick={() => setShown(!shown)}
          />
          <CopyButton what="Address" label="Copy" text={() => address} />
        </div>
      }
    >
      <output class="con-address" aria-label="Address">
        {seen
          .split(/([?&][^=&]+)/)
          .map((part) => (/^[?&]/.test(part) ? <Name text={part} /> : part))}
      </output>
    </Panel>
  );
}

/** `?token` or `&api-version`: may break before it. */
function Name({ text }: { readonly text: string }) {
  return (
    <>
      {text[0]}
      <wbr />
      <b>{text.slice(1)}</b>
    </>
  );
}
