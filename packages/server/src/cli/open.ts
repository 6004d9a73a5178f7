// `tillgate open`: shows a page of a running gateway in a browser.

import { spawn } from 'node:child_process';
import { localGateway } from './address.ts';
import { gatewayAddress, gatewayOptions } from './admin/gateway-api.ts';
import { command as define } from './command.ts';
import { exitCode, UsageError } from './exit-code.ts';
import { print } from './output.ts';

const paths = { console: '/', machine: '/machine', docs: '/docs/' } as const;

/** What opens an address with the browser of the person, by platform. */
const openers: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};
const OTHERS = ['xdg-open'];

export const command = define({
  usage: 'open [console|machine|docs] [options]',
  about: [
    'Opens the console of a running gateway in a browser, the card machine for the hand, or the',
    'documentation. The address is printed too, for a machine without a browser.',
  ],
  words: ['[console|machine|docs]'],
  choices: Object.keys(paths),
  options: { gateway: gatewayOptions.gateway },
  run: async ({ gateway = localGateway }, [page = 'console']) => {
    const path = Object.hasOwn(paths, page) ? paths[page as keyof typeof paths] : undefined;
    if (path === undefined) {
      throw new UsageError(`"${page}" is no page: expected ${Object.keys(paths).join(', ')}.`);
    }
    const { href } = gatewayAddress(gateway, path);
    print(href);
    await show(href);
    return exitCode.done;
  },
});

/** Fulfilled once the program has started, or could not be: then the printed address is all there is. */
async function show(address: string): Promise<void> {
  const [program = '', ...args] = openers[process.platform] ?? OTHERS;
  const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true });
  await new Promise<void>((resolve) => {
    child.once('spawn', resolve);
    child.once('error', () => resolve());
  });
  child.unref();
}
