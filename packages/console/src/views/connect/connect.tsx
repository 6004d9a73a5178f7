// Connect: the parts of the address as a form, the address they make, and the open connections.

import './connect.css';
import { View } from '../../kit/panel.tsx';
import { AddressPanel } from './address-panel.tsx';
import { ConnectionsPanel } from './connections-panel.tsx';
import { FormPanel } from './form-panel.tsx';

export function Connect() {
  return (
    <View
      title="Connect"
      about="Connect to the gateway as a till would: from this page, over a WebSocket of its own."
    >
      <div class="con columns">
        <FormPanel />
        <div class="stack">
          <AddressPanel />
          <ConnectionsPanel />
        </div>
      </div>
    </View>
  );
}
