// The gateway of `tillgate serve`, which a fault of a test site may stop, or restart in this process: with the same
// settings, at the same port, with the same journal.

import type { Gateway } from '../gateway.ts';
import { startGateway } from '../gateway.ts';
import type { GatewayOptions } from '../gateway-context.ts';
import { memoryJournal, movableClocks } from '../gateway-context.ts';
import type { Settings } from '../settings.ts';

type RestartOptions = Pick<GatewayOptions, 'logTo' | 'command' | 'openTelemetry'>;

export class RestartableGateway {
  readonly #settings: Settings;
  readonly #options: RestartOptions;
  /** Undefined where the journal is not in memory. */
  readonly #memory: ReturnType<typeof memoryJournal>;
  /** A clock that was moved stays so. */
  readonly #clocks: ReturnType<typeof movableClocks>;
  #gateway!: Gateway;
  /** The restart in progress. */
  #restarting: Promise<void> | undefined;
  #isStopping = false;
  /** Called when a fault stops the gateway. */
  onStopAsked: (() => void) | undefined;
  /** Called when the gateway cannot be started again. */
  onRestartFailed: ((cause: unknown) => void) | undefined;

  /** Rejects as `startGateway` does. */
  static async start(settings: Settings, options: RestartOptions): Promise<RestartableGateway> {
    const running = new RestartableGateway(settings, options);
    await running.#start(settings);
    return running;
  }

  private constructor(settings: Settings, options: RestartOptions) {
    this.#settings = settings;
    this.#options = options;
    this.#memory = memoryJournal(settings);
    this.#clocks = movableClocks(settings);
  }

  /** While it is being restarted the one of before. */
  get gateway(): Gateway {
    return this.#gateway;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#restarting;
    await this.#gateway.stop();
  }

  async stopNow(): Promise<void> {
    this.#isStopping = true;
    await this.#restarting;
    await this.#gateway.stopNow();
  }

  async #start(settings: Settings): Promise<void> {
    const store = this.#memory?.();
    this.#gateway = await startGateway(settings, {
      ...this.#options,
      ...this.#clocks,
      ...(store && { store }),
      // What is going on in this turn, such as the answer to who added the fault, is finished first.
      control: (how) => setImmediate(() => this.#control(how)),
    });
  }

  #control(how: 'restart' | 'stop'): void {
    if (how === 'stop') {
      this.onStopAsked?.();
    } else if (!this.#isStopping && !this.#restarting) {
      this.#restarting = this.#restart()
        .catch((cause: unknown) => this.onRestartFailed?.(cause))
        .finally(() => {
          this.#restarting = undefined;
        });
    }
  }

  async #restart(): Promise<void> {
    // The port of 0 is the one that the system chose.
    const port = this.#settings.port || Number(new URL(this.#gateway.url).port);
    await this.#gateway.stopNow();
    await this.#start({ ...this.#settings, port });
  }
}
