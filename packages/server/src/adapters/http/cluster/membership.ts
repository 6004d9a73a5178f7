// How two nodes prove to each other that they are of one cluster, before anything of a client is sent: three
// lines on each new connection, of which the first is random. Used by both ends of a connection between nodes.
//
//   owner    tillgate-node/1 challenge RANDOM NODE
//   passing  tillgate-node/1 proof RANDOM SECURE ADDRESS MAC
//   owner    tillgate-node/1 accepted MAC, or: tillgate-node/1 refused SENTENCE
//
// NODE is the id of the owner: a node looks for one node, and there may be another at its address. Each MAC is over
// all that was said before it and over who says it. So a recorded line is of no use on another
// connection, the address of the client cannot be exchanged, and the passing node sends no token to a
// stranger. Without TLS, whoever can change packets between the nodes can still change what follows.

import type { KeyObject } from 'node:crypto';
import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';
import { addressIn } from '../client-address.ts';

/** Version of these lines; nodes of different versions refuse each other. */
const VERSION = 1;
/** Longest line, in bytes without its end. */
export const MAX_LINE_BYTES = 256;
/** Fewest characters of a secret: 16 random bytes in hexadecimal. */
const MIN_SECRET_LENGTH = 32;
const RANDOM_BYTES = 32;
const NAME = 'tillgate-node';
const LINE = new RegExp(`^${NAME}/(\\d{1,4}) ([a-z]+) (.*)$`);

/** Certificate and key of this node, and the certificate authority that signs the nodes of this cluster only: PEM. */
export interface ClusterTls {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

export interface MembershipOptions {
  /** The same on all nodes, at least 32 characters. It is never sent. */
  readonly secret?: string;
  /** Another one that is believed, while the secret is exchanged. */
  readonly otherSecret?: string | undefined;
  /** Each end then wants a certificate of `ca` of the other; names in certificates are not compared. */
  readonly tls?: ClusterTls;
}

/** What a node proves its membership by. */
export interface Membership {
  /** What it proves itself by; empty if certificates are the only proof. */
  readonly key: KeyObject;
  /** What others may prove themselves by: that, and another one while the secret is exchanged. */
  readonly believed: readonly KeyObject[];
  readonly tls: ClusterTls | undefined;
}

/** The client of a socket or request that is passed on. */
export interface ClientOrigin {
  /** IP address; empty if unknown. */
  readonly address: string;
  /** Whether the client came by TLS. */
  readonly secure: boolean;
}

export type NodeRefusal = 'malformed' | 'version' | 'proof';

export type ProofResult =
  /** `answer` is the line that accepts. */
  | { readonly kind: 'member'; readonly client: ClientOrigin; readonly answer: string }
  /** `answer` is the line that refuses. */
  | { readonly kind: 'refused'; readonly refusal: NodeRefusal; readonly answer: string };

/** Throws if there is neither a secret nor a certificate, or the secret is too short. */
export function membershipOf({ secret, otherSecret, tls }: MembershipOptions): Membership {
  if (secret === undefined && tls === undefined) {
    throw new Error('The nodes of a cluster need a shared secret, certificates, or both.');
  }
  const key = keyOf(secret ?? '', secret === undefined);
  return { key, believed: otherSecret === undefined ? [key] : [key, keyOf(otherSecret)], tls };
}

function keyOf(secret: string, mayBeEmpty = false): KeyObject {
  if (secret.length < MIN_SECRET_LENGTH && !mayBeEmpty) {
    throw new Error(`The secret of a cluster needs at least ${MIN_SECRET_LENGTH} characters.`);
  }
  return createSecretKey(Buffer.from(secret));
}

/** `node`: id of the owner, without blanks. */
export function newChallenge(node: string): string {
  return `${randomText()} ${node}`;
}

function randomText(): string {
  return randomBytes(RANDOM_BYTES).toString('base64url');
}

export function challengeLine(challenge: string): string {
  return lineOf('challenge', challenge);
}

/** The line with which an owner refuses; any version reads it. */
export function refusalLine(sentence: string): string {
  return lineOf('refused', sentence);
}

/** The line that proves membership, and a check of the owner's line, which throws if that is no acceptance. */
export interface Proof {
  readonly line: string;
  /** Id of the owner. */
  readonly node: string;
  readonly check: (answer: string) => void;
}

/** Answers the owner's first line; throws if that is no challenge of this version. */
export function prove({ key }: Membership, hello: string, client: ClientOrigin): Proof {
  const challenge = contentOf(hello, 'challenge');
  const address = client.address === '' ? '-' : client.address;
  const said = [challenge, randomText(), client.secure ? '1' : '0', address];
  return {
    node: challenge.split(' ')[1] ?? '',
    line: lineOf('proof', [...said.slice(1), macOf(key, 'passing', said)].join(' ')),
    check: (answer) => {
      if (isSame(contentOf(answer, 'accepted'), macOf(key, 'owner', said))) return;
      throw new Error('The other node does not prove that it is of this cluster.');
    },
  };
}

/** What an owner makes of the line that follows its challenge. */
export function judge({ believed }: Membership, challenge: string, line: string): ProofResult {
  const [, version, word, content = ''] = LINE.exec(line) ?? [];
  if (version !== undefined && Number(version) !== VERSION) {
    return refused('version', versionSentence(version));
  }
  const [nonce = '', secure = '', address = '', mac = ''] = content.split(' ');
  const isAddress = address === '-' || addressIn(address) === address;
  if (word !== 'proof' || !isAddress || !/^[01]$/.test(secure)) {
    return refused('malformed', 'Only nodes of the cluster may connect here.');
  }
  const said = [challenge, nonce, secure, address];
  const key = believed.find((one) => isSame(mac, macOf(one, 'passing', said)));
  if (!key) {
    return refused('proof', 'The node does not prove that it is of this cluster.');
  }
  const client = { address: address === '-' ? '' : address, secure: secure === '1' };
  return { kind: 'member', client, answer: lineOf('accepted', macOf(key, 'owner', said)) };
}

function refused(refusal: NodeRefusal, sentence: string): ProofResult {
  return { kind: 'refused', refusal, answer: refusalLine(sentence) };
}

function lineOf(word: string, content: string): string {
  return `${NAME}/${VERSION} ${word} ${content}\n`;
}

/** Throws if the line is of another version or says something else. */
function contentOf(line: string, expected: 'challenge' | 'accepted'): string {
  const [, version, word, content = ''] = LINE.exec(line) ?? [];
  if (word === 'refused') throw new Error(`The other node refuses: ${printable(content)}`);
  if (version !== undefined && Number(version) !== VERSION) {
    throw new Error(versionSentence(version));
  }
  if (word !== expected) throw new Error('There is no node of a cluster at that address.');
  return content;
}

function versionSentence(other: string): string {
  return `The nodes connect to each other in different versions: ${VERSION} here, ${other} there.`;
}

/** As it may be logged. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}

function macOf(key: KeyObject, who: 'passing' | 'owner', said: readonly string[]): string {
  const text = [`${NAME}/${VERSION}`, who, ...said].join('\n');
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** Compares in a time that does not tell how much of it is right. */
function isSame(given: string, mac: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(mac)];
  return one.length === other.length && timingSafeEqual(one, other);
}
