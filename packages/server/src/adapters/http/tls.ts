// Certificates for wss: from files, or one made on the spot for local work.

import { readFileSync } from 'node:fs';

/** PEM texts. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** Throws with the file's name if one cannot be read. */
export function tlsFromFiles(certFile: string, keyFile: string): TlsPair {
  return { cert: read(certFile, 'certificate'), key: read(keyFile, 'key') };
}

/** Good for localhost, for 90 days, and for nobody who does not trust it on purpose. */
export async function selfSignedTls(): Promise<TlsPair> {
  // Loaded here only: no other start needs it.
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
