// The sockets of the runtime that the SDK runs in.

import { openSocket as ofRuntime } from '#socket';
import type { OpenSocket } from './socket.ts';

/** The sockets of this runtime, which `open` of the options is by default. */
export const openSocket: OpenSocket = ofRuntime;
