import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

/** A certificate and its key, as files. */
export interface Certificate {
  cert: string;
  key: string;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** A certification authority that exists for one run of the tests. */
export class Authority {
  private constructor(private readonly folder: string) {}

  /** Makes the authority's own key and certificate in a folder that exists. */
  static async make(folder: string): Promise<Authority> {
    const authority = new Authority(folder);
    await run(
      'openssl', 'req', '-x509', ...NEW_KEY, '-days', '2', '-subj', '/CN=Smart Hosts test authority',
      '-keyout', join(folder, 'ca.key'), '-out', authority.certificate,
    );
    return authority;
  }

  /** An authority that was made before. */
  static at(folder: string): Authority {
    return new Authority(folder);
  }

  /** What whoever is to trust the authority must have. */
  get certificate(): string {
    return join(this.folder, 'ca.pem');
  }

  /** A certificate for a host name. */
  async issue(name: string): Promise<Certificate> {
    return this.make(name, ['-CA', this.certificate, '-CAkey', join(this.folder, 'ca.key')]);
  }

  /** A certificate for a host name that this authority knows nothing of. */
  async selfSigned(name: string): Promise<Certificate> {
    return this.make(name, []);
  }

  private async make(name: string, by: string[]): Promise<Certificate> {
    const folder = await mkdtemp(join(this.folder, 'for-'));
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    await run(
      'openssl', 'req', '-x509', ...NEW_KEY, '-days', '2', '-subj', `/CN=${name}`,
      '-addext', `subjectAltName=DNS:${name}`, '-addext', 'basicConstraints=critical,CA:FALSE',
      ...by, '-keyout', key, '-out', cert,
    );
    return { cert, key };
  }
}
