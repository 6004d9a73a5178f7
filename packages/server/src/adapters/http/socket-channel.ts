// A WebSocket as a channel: UTF-8 both ways, frames of one turn in one write, delivery marks by ping.

import { isUtf8 } from 'node:buffer';
import type { Socket } from 'node:net';
import type { ChannelListener } from '@tillgate/protocol';
import { CloseCode } from '@tillgate/protocol';
import { WebSocket } from 'ws';
import type { MonitoredChannel } from '../../application/connection/connections.ts';
import { DeliveryMarks } from './delivery-marks.ts';
import type { MonitoredSocket, SocketMonitor } from './heartbeat.ts';
import type { Inbox, ReceiveScheduler, ScheduledSocket } from './receive-scheduler.ts';
import type { BufferedSocket, SendBuffers } from './send-buffers.ts';

/** Bytes that wait to be sent from which on each further message is checked. */
const CHECKED_BYTES = 64 * 1024;
/** Delivery pings that are sent in one turn. */
const MAX_PINGS_PER_TURN = 40;

const frameFaults: ReadonlyMap<number | undefined, string> = new Map([
  [CloseCode.protocolError, 'Frames break RFC 6455'],
  [CloseCode.invalidPayload, 'Text messages are UTF-8'],
  [CloseCode.policyViolation, 'Too many fragments'],
  [CloseCode.messageTooBig, 'Message too big'],
]);

/** The ws class with its channel for a listener: an idle socket keeps no list of listeners. */
export class ChannelSocket extends WebSocket {
  channel: SocketChannel | undefined;

  override emit(event: string | symbol, ...values: unknown[]): boolean {
    const { channel } = this;
    if (!channel) return super.emit(event, ...values);
    switch (event) {
      case 'message':
        channel.messageReceived(values[0] as Buffer, values[1] as boolean);
        return true;
      case 'ping':
        channel.pingReceived(values[0] as Buffer);
        return true;
      case 'pong':
        channel.pongReceived(values[0] as Buffer);
        return true;
      case 'close':
        channel.socketClosed(values[0] as number, String(values[1]));
        return super.emit(event, ...values);
      case 'error':
        // ws has already chosen the close code [C-3.41, C-3.43]; the close event follows.
        return true;
      default:
        channel.isAlive = true;
        return super.emit(event, ...values);
    }
  }

  /** ws closes for a faulty frame with a code alone; here the close frame has the reason too. */
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason ?? frameFaults.get(code));
  }
}

/** What all sockets share. */
export interface SocketChannelDeps {
  readonly heartbeat: SocketMonitor;
  readonly receiving: ReceiveScheduler;
  readonly sending: SendBuffers;
}

export class SocketChannel
  implements MonitoredChannel, MonitoredSocket, ScheduledSocket, BufferedSocket
{
  readonly site: string;
  readonly network: string;
  readonly #ws: ChannelSocket;
  readonly #socket: Socket;
  readonly #deps: SocketChannelDeps;
  /** Created with the first frame that is not the pong to a heartbeat: an idle socket has none. */
  #inbox: Inbox | undefined;
  #listener: ChannelListener | undefined;
  #corked = false;
  /** By faults of a test site. */
  #ignoresPings = false;
  #isStopped = false;
  isAlive = true;
  misses = 0;
  bufferedSince: number | undefined;
  countedBytes = 0;
  slot = 0;
  /** Created with the first mark: an idle socket has none. */
  #marks: DeliveryMarks | undefined;
  /** Delivery pings sent in this turn. */
  #pingsThisTurn = 0;
  /** Whether one more delivery ping is sent at the end of the turn. */
  #pingAtFlush = false;
  /** Whether a ping of the heartbeat waits for its pong. */
  #heartbeatOut = false;

  constructor(
    { ws, socket }: { readonly ws: ChannelSocket; readonly socket: Socket },
    from: { readonly site: string; readonly network: string },
    deps: SocketChannelDeps,
  ) {
    this.#ws = ws;
    this.#socket = socket;
    this.site = from.site;
    this.network = from.network;
    this.#deps = deps;
    ws.channel = this;
    deps.heartbeat.add(this);
  }

  listen(listener: ChannelListener): void {
    this.#listener = listener;
  }

  send(text: string, onWritten?: () => void): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    this.#cork();
    this.#ws.send(text, onWritten && ((cause) => cause ?? onWritten()));
    if (this.bufferedBytes > CHECKED_BYTES) this.#deps.sending.update(this);
  }

  /**
   * The pong to a numbered ping proves that all before it arrived [C-3.49]. Where very many are sent
   * together one ping stands for the rest: some libraries treat a flood of pings as an attack.
   */
  confirmDelivery(onDelivered: () => void): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    this.#cork();
    this.#marks ??= new DeliveryMarks({
      ping: () => {
        this.#pingsThisTurn += 1;
        if (this.#pingsThisTurn < MAX_PINGS_PER_TURN) this.#pingMark();
        else this.#pingAtFlush = true;
      },
      pingLater: () => {
        this.#cork();
        this.#pingAtFlush = true;
      },
      onPayloadNotReturned: () => this.#listener?.onPingPayloadNotReturned?.(),
    });
    this.#marks.add(onDelivered);
  }

  deliveryCheckpoint(): () => void {
    const last = this.#marks?.last ?? 0;
    return () => this.#marks?.onResponse(last);
  }

  /** What was received and not handled yet counts no more. */
  close(code: number, reason: string): void {
    this.#ws.close(code, reason);
    this.#inbox?.discard();
  }

  pause(): void {
    if (!this.#ws.isPaused) this.#ws.pause();
  }

  resume(): void {
    if (this.#ws.isPaused && !this.#isStopped) this.#ws.resume();
  }

  ignorePings(ignored: boolean): void {
    this.#ignoresPings = ignored;
  }

  stopReading(stopped: boolean): void {
    this.#isStopped = stopped;
    if (stopped) this.pause();
    else this.resume();
  }

  ping(): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    this.#heartbeatOut = true;
    this.#marks?.heartbeatSent();
    this.#ws.ping();
  }

  /** Ends the socket without a close frame: the other end no longer answers [C-3.48]. */
  drop(): void {
    this.#ws.terminate();
  }

  get isResponding(): boolean {
    return this.#ws.readyState === WebSocket.OPEN && (this.isAlive || this.misses === 0);
  }

  get bufferedBytes(): number {
    return this.#ws.bufferedAmount;
  }

  /** Flushes at the end of the turn in which something was sent. */
  flush(): void {
    this.#corked = false;
    if (this.#pingAtFlush) this.#pingMark();
    this.#pingAtFlush = false;
    this.#pingsThisTurn = 0;
    this.#socket.uncork();
    if (this.bufferedBytes > 0) this.#deps.sending.update(this);
  }

  closeSlow(): void {
    this.close(CloseCode.policyViolation, 'Reading too slowly');
  }

  messageReceived(bytes: Buffer, isBinary: boolean): void {
    this.isAlive = true;
    this.#listener?.onActivity?.();
    // Messages that arrive after the gateway's close frame are ignored.
    if (this.#ws.readyState === WebSocket.OPEN) this.#receive().receive(bytes, isBinary);
  }

  handle(bytes: Buffer, isBinary: boolean): void {
    this.isAlive = true;
    if (isBinary && !isUtf8(bytes)) {
      this.close(CloseCode.unsupportedData, 'Messages are UTF-8 text');
      return;
    }
    this.#listener?.onMessage(bytes.toString());
  }

  /** However many arrive at once, each is answered [C-3.47]; who does not read the pongs is slow [C-11.12]. */
  pingReceived(payload: Buffer): void {
    this.isAlive = true;
    this.#listener?.onActivity?.();
    if (this.#ws.readyState !== WebSocket.OPEN || this.#ignoresPings) return;
    this.#receive().receivePing(payload);
  }

  pong(payload: Buffer): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    this.#cork();
    this.#ws.pong(payload);
    if (this.bufferedBytes > CHECKED_BYTES) this.#deps.sending.update(this);
  }

  pongReceived(payload: Buffer): void {
    this.isAlive = true;
    this.#listener?.onActivity?.();
    const isHeartbeat = payload.length === 0 && this.#heartbeatOut;
    if (isHeartbeat) {
      this.#heartbeatOut = false;
      this.#deps.heartbeat.pongReceived(this);
    } else {
      this.#receive().count();
    }
    this.#marks?.onPong(payload.toString('latin1'), isHeartbeat);
  }

  /** Called when the socket has closed; what was received before is still handled. */
  socketClosed(code: number, reason: string): void {
    this.#deps.heartbeat.remove(this);
    this.#deps.sending.remove(this);
    if (this.#inbox) this.#inbox.close(code, reason);
    else this.closed(code, reason);
  }

  closed(code: number, reason: string): void {
    this.#listener?.onClosed(code, reason);
    this.#listener = undefined;
  }

  #receive(): Inbox {
    this.#inbox ??= this.#deps.receiving.open(this);
    return this.#inbox;
  }

  #pingMark(): void {
    if (!this.#marks || this.#ws.readyState !== WebSocket.OPEN) return;
    this.#ws.ping(String(this.#marks.last));
    this.#marks.pingSent();
  }

  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#socket.cork();
    flushLater(this);
  }
}

let channelsToFlush: SocketChannel[] = [];

/** One immediate for all sockets of a turn. */
function flushLater(channel: SocketChannel): void {
  if (channelsToFlush.push(channel) === 1) setImmediate(flushAll);
}

function flushAll(): void {
  const channels = channelsToFlush;
  channelsToFlush = [];
  for (const channel of channels) channel.flush();
}
