// The SDK client of one view: at most one at a time, opened again for another address, and kept while other
// views are shown. Till and Tables have one each.

import { signal } from '@preact/signals';
import type { ConnectionState, OpenSocket } from '@tillgate/client';
import { openSocket } from '@tillgate/client';
import { tillConnectionName } from './connection-name.ts';
import type { GatewayAddress } from './gateway-address.ts';
import { addressFaults, connectionUrl } from './gateway-address.ts';
import { recordFrames } from './recorded-socket.ts';
import type { SdkConnectionState } from './sdk-connections.ts';
import { endOf, setSdkConnection, toSdkConnectionState } from './sdk-connections.ts';

export interface ConnectOptions {
  readonly uri: string;
  readonly open: OpenSocket;
  readonly onState: (state: ConnectionState) => void;
}

interface OpenDeps<Client> {
  /** The call of the SDK, such as `connect`. */
  readonly connect: (options: ConnectOptions) => Promise<Client>;
  /** Called after the first connect and after each reconnect. */
  readonly onConnected?: () => void;
}

export class ViewClient<Client extends { close(): void }> {
  readonly state = signal<SdkConnectionState>({ state: 'closed' });
  readonly #view: string;
  readonly #title: string;
  #client: Client | undefined;
  #url = '';
  /** Tells one opening from the next: what an earlier one reports is dropped. */
  #opening = 0;

  /** `view` is its key in `sdkConnections`; `title` stands in the label of the connection. */
  constructor(view: string, title: string) {
    this.#view = view;
    this.#title = title;
  }

  /** Undefined until the first connect. */
  get client(): Client | undefined {
    return this.#client;
  }

  /** Where it was last opened to, with the token; empty before. */
  get url(): string {
    return this.#url;
  }

  /** Closes what was open before. Never rejects: a failure is a state. */
  async open(address: GatewayAddress, { connect, onConnected }: OpenDeps<Client>): Promise<void> {
    this.#end();
    const opening = this.#opening;
    this.#url = connectionUrl(address);
    const name = tillConnectionName(address, `${this.#view}-${opening}`, this.#title);
    const change = (state: SdkConnectionState) => {
      if (opening !== this.#opening) return;
      this.state.value = state;
      setSdkConnection(this.#view, { label: name.label, state: state.state });
    };
    const [fault] = Object.values(addressFaults(address));
    if (fault !== undefined) {
      const why = { happened: 'The address is not complete for v1.', todo: fault };
      change({ state: 'refused', why });
      return;
    }
    const onState = (state: ConnectionState) => {
      const isCurrent = opening === this.#opening;
      change(toSdkConnectionState(state));
      if (isCurrent && this.#client && state.state === 'connected') onConnected?.();
    };
    try {
      const open = recordFrames(openSocket, name);
      const client = await connect({ uri: this.#url, open, onState });
      if (opening !== this.#opening) {
        client.close();
        return;
      }
      this.#client = client;
      onConnected?.();
    } catch (cause) {
      change(endOf(cause));
    }
  }

  close(): void {
    this.#end();
    this.state.value = { state: 'closed' };
    setSdkConnection(this.#view, undefined);
  }

  #end(): void {
    this.#client?.close();
    this.#client = undefined;
    this.#opening += 1;
  }
}
