// The delivery marks of one socket [C-3.49]: which of the messages sent are known to have arrived, by the
// best evidence that the WebSocket library of the other end gives. Most libraries return the payload of a
// ping; some answer every ping with an empty or altered pong; a few send pongs that no ping asked for.

/** Pongs in a row, each after a further ping, that show that payloads are not returned. */
const UNMATCHED_ROUNDS = 3;
/** Most pings of which the pong is awaited in order. */
const MAX_AWAITED = 200;

export interface DeliveryMarksDeps {
  /** Sends a ping with the number `last`, after everything sent before, and then calls `pingSent`. */
  readonly ping: () => void;
  /** The same at the end of the turn: the pongs that are read in this turn do not answer it. */
  readonly pingLater: () => void;
  /** Called once, when the other end turns out not to return the payload of pings. */
  readonly onPayloadNotReturned: () => void;
}

export class DeliveryMarks {
  readonly #deps: DeliveryMarksDeps;
  /** Number of the last mark or probe. */
  #last = 0;
  /** Highest number that is known to have arrived. */
  #proven = 0;
  /** Marks without proof yet, lowest number first. */
  readonly #open: { readonly number: number; readonly onDelivered: () => void }[] = [];
  /** For each ping without a pong yet, in the order of sending, the last number before it. */
  #awaited: number[] = [];
  /** Number of the last ping sent. */
  #pinged = 0;
  /** Number of a ping sent for no mark of its own, until a pong comes after it; at most one is out. */
  #probe: number | undefined;
  #unmatchedRounds = 0;
  /** Whether a pong ever came that returned no payload: only then are probes sent. */
  #isDoubtful = false;
  #returnsPayload = true;

  constructor(deps: DeliveryMarksDeps) {
    this.#deps = deps;
  }

  /** The number that the next ping carries. */
  get last(): number {
    return this.#last;
  }

  /** Calls `onDelivered` once all that was sent before is known to have arrived. */
  add(onDelivered: () => void): void {
    this.#last += 1;
    this.#open.push({ number: this.#last, onDelivered });
    if (this.#returnsPayload) this.#deps.ping();
    else this.#sendProbe();
  }

  /** The ping with number `last` has been handed to the socket. */
  pingSent(): void {
    this.#pinged = this.#last;
    this.#await();
  }

  /** A ping of the heartbeat, whose payload is empty, has been handed to the socket. */
  heartbeatSent(): void {
    // Pongs that no ping asked for come at long intervals: they must not add up.
    this.#unmatchedRounds = 0;
    this.#await();
  }

  /** `isHeartbeat`: it returns the payload of a ping of the heartbeat. */
  onPong(payload: string, isHeartbeat: boolean): void {
    const number = matchOf(payload, this.#proven, this.#pinged);
    if (!this.#returnsPayload) {
      this.#endProbe();
      this.#prove(this.#awaited.shift() ?? this.#proven);
    } else if (isHeartbeat) {
      this.#awaited.shift();
    } else if (number !== undefined) {
      this.#unmatchedRounds = 0;
      this.#awaited = this.#awaited.filter((awaited) => awaited > number);
      this.#prove(number);
    } else {
      this.#countUnmatched();
    }
    if (this.#isDoubtful && this.#open.length > 0) this.#sendProbe();
  }

  /** A response to a request sent after mark `number`: evidence only where pongs are none. */
  onResponse(number: number): void {
    if (!this.#returnsPayload) this.#prove(number);
  }

  #countUnmatched(): void {
    const arrived = this.#awaited.shift() ?? this.#proven;
    this.#endProbe();
    if (this.#open.length === 0 || this.#probe !== undefined) return;
    this.#isDoubtful = true;
    this.#unmatchedRounds += 1;
    if (this.#unmatchedRounds < UNMATCHED_ROUNDS) return;
    this.#returnsPayload = false;
    this.#deps.onPayloadNotReturned();
    this.#prove(arrived);
  }

  #sendProbe(): void {
    if (this.#probe !== undefined) return;
    this.#last += 1;
    this.#probe = this.#last;
    this.#deps.pingLater();
  }

  /** A pong has come; a probe that waits for the end of the turn is not answered by it. */
  #endProbe(): void {
    if (this.#probe !== undefined && this.#probe <= this.#pinged) this.#probe = undefined;
  }

  #await(): void {
    if (this.#awaited.length < MAX_AWAITED) this.#awaited.push(this.#pinged);
  }

  #prove(number: number): void {
    if (number <= this.#proven) return;
    this.#proven = number;
    if (this.#probe !== undefined && this.#probe <= number) this.#probe = undefined;
    while (this.#open[0] && this.#open[0].number <= number) this.#open.shift()?.onDelivered();
  }
}

/** The number in a pong, if it is that of a ping sent and not answered yet. */
function matchOf(payload: string, proven: number, pinged: number): number | undefined {
  const number = /^\d{1,15}$/.test(payload) ? Number(payload) : 0;
  return number > proven && number <= pinged ? number : undefined;
}
