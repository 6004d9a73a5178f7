// `tillgate send`: raw JSON at a socket, for till developers. Shows both directions and where either
// departs from the published schemas.

import { createInterface } from 'node:readline';
import { openSocket } from '@tillgate/client';
import type { Channel, ObservedMessage } from '@tillgate/protocol';
import { CloseCode, Conversation, mask, parseEndpoint } from '@tillgate/protocol';
import { command as define } from '../command.ts';
import { exitCode, UsageError } from '../exit-code.ts';
import { clean, hint, note, print, printJson } from '../output.ts';
import { uriOf } from '../till/till-options.ts';
import { runPrompt } from './prompt.ts';
import { remarksOn } from './remarks.ts';

/** Longest wait for the handshake [C-11.20]. */
const CONNECT_LIMIT_MS = 15_000;
/** Silence after the last line of input before the connection is closed, in ms. */
const IDLE_MS = 2_000;
/** Longest wait for an answer that is due: a transaction may take 200 s [C-11.6]. */
const DUE_MS = 210_000;

export const command = define({
  usage: 'send [URI] [options]',
  about: [
    'Sends each line of stdin as one message, just as it is, and prints both directions: → sent,',
    '← received. Each message is held against its published schema; what is wrong is explained.',
    'Pings are answered. After the end of stdin it waits for answers that are due and for 2 s of',
    'silence. Exit code 0 only if it was connected; 4 if not, with what the gateway said.',
    '',
    '  echo \'{"jsonrpc":"2.0","id":1,"method":"connectedTerminals"}\' | tillgate send',
    '',
    'On a terminal it is a prompt: a line is JSON, or METHOD FIELD=VALUE ... for a request, such as',
    '  sale tid=VCMINVLSIP0 currency=GBP amount=500',
    'or answer FIELD=VALUE ... for the answer to a request of the gateway. Tab completes methods, fields and',
    'values, arrow keys bring back earlier lines, Ctrl-D ends. Answers are folded to their meaning.',
  ],
  words: ['[URI]'],
  options: {
    wait: { type: 'string', value: 'SECONDS', about: 'Hang up after this much silence [2].' },
    raw: { type: 'boolean', about: 'On a terminal: print what arrives whole.' },
    insecure: { type: 'boolean', about: 'Trust any certificate; for local work only.' },
    json: { type: 'boolean', about: 'Print JSON, one object on a line.' },
  },
  run: async ({ wait, raw = false, insecure = false, json = false }, [word]) => {
    const silence = silenceOf(wait);
    const uri = addressOf(uriOf(word === undefined ? {} : { uri: word }));
    const channel = await openSocket(uri.href, {
      signal: AbortSignal.timeout(CONNECT_LIMIT_MS),
      tls: { rejectUnauthorized: !insecure },
    });
    hint(`Connected to ${mask(uri.href)}`);
    const endpoint = parseEndpoint(uri);
    const conversation = new Conversation(endpoint);
    if (process.stdin.isTTY && process.stdout.isTTY && !json) {
      await runPrompt(channel, { conversation, endpoint, raw });
    } else await converse(channel, { conversation, silence, json });
    return exitCode.done;
  },
});

interface Silence {
  readonly ms: number;
  /** While an answer is due. */
  readonly dueMs: number;
}

function silenceOf(wait: string | undefined): Silence {
  if (wait === undefined) return { ms: IDLE_MS, dueMs: DUE_MS };
  if (!/^\d{1,5}(\.\d{1,3})?$/.test(wait)) {
    throw new UsageError('--wait: expected a number of seconds.');
  }
  const ms = Number(wait) * 1000;
  return { ms, dueMs: ms };
}

function addressOf(text: string): URL {
  const uri = URL.parse(text);
  const schemes: Readonly<Record<string, string>> = { 'http:': 'ws:', 'https:': 'wss:' };
  if (uri) uri.protocol = schemes[uri.protocol] ?? uri.protocol;
  if (uri?.protocol === 'ws:' || uri?.protocol === 'wss:') return uri;
  throw new UsageError('URI: expected an address such as wss://shop1.pay.example/pac?token=...');
}

interface Talk {
  readonly conversation: Conversation;
  readonly silence: Silence;
  readonly json: boolean;
}

/** Fulfilled when stdin has ended and nothing more comes, or the gateway closes the connection. */
function converse(channel: Channel, { conversation, silence, json }: Talk): Promise<void> {
  const show = json ? showJson : showText;
  const lines = createInterface({ input: process.stdin });
  return new Promise((resolve) => {
    let ended = false;
    let over = false;
    let timer: NodeJS.Timeout | undefined;
    const restartSilence = (): void => {
      clearTimeout(timer);
      if (!ended || over) return;
      const ms = conversation.pending('partner').length > 0 ? silence.dueMs : silence.ms;
      timer = setTimeout(() => channel.close(CloseCode.normal, ''), ms);
    };
    channel.listen({
      onMessage: (text) => {
        show('←', text, conversation.follow('gateway', text));
        restartSilence();
      },
      onClosed: (code, reason) => {
        over = true;
        clearTimeout(timer);
        if (code !== CloseCode.normal)
          note(`Closed by the gateway: ${code} ${clean(reason)}`.trimEnd());
        lines.close();
        // A terminal that stays open would keep the command running.
        process.stdin.unref?.();
        resolve();
      },
    });
    lines.on('line', (line) => {
      if (over || line.trim() === '') return;
      show('→', line, conversation.follow('partner', line));
      channel.send(line);
      restartSilence();
    });
    lines.on('close', () => {
      ended = true;
      restartSilence();
    });
  });
}

function showText(arrow: string, text: string, said: readonly ObservedMessage[]): void {
  print(`${arrow} ${clean(text)}`);
  for (const remark of said.flatMap(remarksOn)) print(`  ! ${clean(remark)}`);
}

function showJson(arrow: string, text: string, said: readonly ObservedMessage[]): void {
  const direction = arrow === '→' ? 'sent' : 'received';
  printJson({ direction, text, remarks: said.flatMap(remarksOn) });
}
