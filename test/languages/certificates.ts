// A certificate of this machine, signed by a CA that nobody knows, as in a shop with a CA of its own.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needTools, run } from './languages.ts';

interface Certificates {
  /** The certificate of the CA; these are files in PEM. */
  readonly ca: string;
  readonly tlsCert: string;
  readonly tlsKey: string;
}

export function makeCertificates(folder: string): Certificates {
  needTools('A CA', { packages: ['openssl'], probe: ['openssl', 'version'] });
  const at = (name: string) => join(folder, name);
  const [ca, tlsCert, tlsKey] = [at('ca.pem'), at('cert.pem'), at('key.pem')];
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  run([
    ...['openssl', 'req', '-x509', ...newKey, '-days', '2', '-subj', '/CN=Shop CA'],
    ...['-keyout', at('ca.key'), '-out', ca],
  ]);
  run([
    ...['openssl', 'req', ...newKey, '-subj', '/CN=localhost'],
    ...['-keyout', tlsKey, '-out', at('request.pem')],
  ]);
  writeFileSync(at('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  run([
    ...['openssl', 'x509', '-req', '-in', at('request.pem'), '-CA', ca, '-CAkey', at('ca.key')],
    ...['-CAcreateserial', '-days', '2', '-extfile', at('names'), '-out', tlsCert],
  ]);
  return { ca, tlsCert, tlsKey };
}
