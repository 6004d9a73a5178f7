// Certificates for wss: from files, or a self-signed one for local work.

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Certificate and key, as PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** Throws with the file's name if one cannot be read. */
export function tlsFromFiles(certFile: string, keyFile: string): TlsPair {
  return { cert: read(certFile, 'certificate'), key: read(keyFile, 'key') };
}

/** Until when a certificate is valid, as ISO 8601. */
export function validUntil({ cert }: TlsPair): string {
  return new X509Certificate(cert).validToDate.toISOString();
}

/** A certificate for localhost, valid for 90 days, that clients must trust explicitly. */
export async function selfSignedTls(): Promise<TlsPair> {
  // Loaded only when a self-signed certificate is wanted.
  const { generate } = await import('selfsigned');
  const pem = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    notAfterDate: new Date(Date.now() + 90 * 24 * 3600 * 1000),
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 2, value: '*.localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return { cert: pem.cert, key: pem.private };
}

function read(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`The TLS ${what} ${file} cannot be read.`, { cause });
  }
}
