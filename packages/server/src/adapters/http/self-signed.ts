// A certificate for local work that the gateway makes and keeps: until it runs out, clients that trust it once go on
// trusting it. Its parts are those of RFC 5280; Node makes the keys and signs.

import {
  createPrivateKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_kp_clientAuth,
  id_kp_serverAuth,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import type { TlsPair } from './tls.ts';

const CERTIFICATE_FILE = 'self-signed.pem';
const KEY_FILE = 'self-signed.key';
const DAY_MS = 24 * 3600 * 1000;
/** No program refuses a certificate for being valid longer: the strictest limit is 398 days. */
const VALID_MS = 397 * DAY_MS;
/** A kept certificate is replaced this long before its end, so that it does not run out soon after a start. */
const SPARE_MS = 30 * DAY_MS;
/** ecdsa-with-SHA256, RFC 5758. */
const SIGNATURE = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';

/** The certificate that is kept in the folder; a new one if there is none, or if its end is near. */
export function keptCertificate(folder: string): TlsPair {
  const [file, keyFile] = [join(folder, CERTIFICATE_FILE), join(folder, KEY_FILE)];
  if (existsSync(file) && existsSync(keyFile)) {
    const kept = { cert: readFileSync(file, 'utf8'), key: readFileSync(keyFile, 'utf8'), file };
    if (isUsable(kept)) return kept;
  }
  const made = newCertificate();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  replace(keyFile, made.key);
  replace(file, made.cert);
  return { ...made, file };
}

/** Not if its end is near, or if the key is of another one since the gateway was killed between the two files. */
function isUsable({ cert, key, file }: TlsPair): boolean {
  try {
    const certificate = new X509Certificate(cert);
    if (certificate.validToDate.getTime() < Date.now() + SPARE_MS) return false;
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch (cause) {
    throw new Error(
      `The self-signed certificate ${file} or its key beside it cannot be read. Without the two files a new one is made.`,
      { cause },
    );
  }
}

function replace(file: string, text: string): void {
  writeFileSync(`${file}.part`, text, { mode: 0o600 });
  renameSync(`${file}.part`, file);
}

/**
 * For this machine alone: `localhost`, the names below it, and the loopback addresses. `now` is in ms; a test makes an
 * old one.
 */
export function newCertificate(now = Date.now()): TlsPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const content = contentOf(publicKey.export({ type: 'spki', format: 'der' }), now);
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(content)), privateKey);
  const signed = new Certificate({
    tbsCertificate: content,
    signatureAlgorithm: new AlgorithmIdentifier({ algorithm: SIGNATURE }),
    signatureValue: bytesOf(signature),
  });
  return {
    cert: new X509Certificate(Buffer.from(AsnConvert.serialize(signed))).toString(),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function contentOf(publicKey: Buffer, now: number): TBSCertificate {
  const subject = new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({
        type: COMMON_NAME,
        value: new AttributeValue({ utf8String: 'localhost' }),
      }),
    ]),
  ]);
  return new TBSCertificate({
    version: Version.v3,
    // Positive, and without a zero in front.
    serialNumber: bytesOf(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    signature: new AlgorithmIdentifier({ algorithm: SIGNATURE }),
    issuer: subject,
    subject,
    validity: new Validity({
      // A client whose clock is a little behind may come at once.
      notBefore: new Date(now - DAY_MS),
      notAfter: new Date(now - DAY_MS + VALID_MS),
    }),
    subjectPublicKeyInfo: AsnConvert.parse(publicKey, SubjectPublicKeyInfo),
    extensions: new Extensions([
      extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), true),
      extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth, id_kp_clientAuth])),
      extension(
        id_ce_subjectAltName,
        new SubjectAlternativeName([
          ...['localhost', '*.localhost'].map((dNSName) => new GeneralName({ dNSName })),
          ...['127.0.0.1', '::1'].map((iPAddress) => new GeneralName({ iPAddress })),
        ]),
      ),
    ]),
  });
}

function extension(extnID: string, value: unknown, critical = false): Extension {
  return new Extension({
    ...{ extnID, critical },
    extnValue: new OctetString(AsnConvert.serialize(value)),
  });
}

function bytesOf(buffer: Buffer): ArrayBuffer {
  return Uint8Array.from(buffer).buffer;
}
