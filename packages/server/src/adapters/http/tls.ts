// Certificates for wss from files; `self-signed.ts` makes one for local work.

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Certificate and key, as PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
  /** Of a self-signed certificate that is kept: the file with the certificate alone, for clients that are to trust it. */
  readonly file?: string;
}

/** Throws with the file's name if one cannot be read. */
export function tlsFromFiles(certFile: string, keyFile: string): TlsPair {
  return { cert: read(certFile, 'certificate'), key: read(keyFile, 'key') };
}

/** What an operator compares and watches: SHA-256 of the certificate as `AB:CD:…`, and its end as ISO 8601. */
export function describeCertificate({ cert }: TlsPair): CertificateFacts {
  const { fingerprint256, validToDate } = new X509Certificate(cert);
  return { certificateSha256: fingerprint256, certificateValidUntil: validToDate.toISOString() };
}

export interface CertificateFacts {
  readonly certificateSha256: string;
  readonly certificateValidUntil: string;
}

function read(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`The TLS ${what} ${file} cannot be read.`, { cause });
  }
}
