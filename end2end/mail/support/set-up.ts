import { chmod, copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Authority } from './authority.ts';
import { endAll } from './child.ts';

const PROGRAM =
  process.env.SMART_HOSTS_BIN ??
  fileURLToPath(new URL('../../../target/release/smart-hosts', import.meta.url));

/**
 * Makes the folder of one run of the tests, with what all of them share: a copy of the program
 * where a user without rights can run it, and the certification authority. The function returned
 * removes it, and ends whatever a test that was killed left running.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  if (process.getuid?.() !== 0) throw new Error('these tests need root: Postfix starts as root and changes its root folder');
  const folder = await mkdtemp(join(tmpdir(), 'smart-hosts-mail-'));
  await chmod(folder, 0o755);
  process.env.MAIL_RUN_DIR = folder;
  const program = join(folder, 'smart-hosts');
  await copyFile(PROGRAM, program);
  await chmod(program, 0o755);
  process.env.SMART_HOSTS_BIN = program;
  const authority = join(folder, 'authority');
  await mkdir(authority, { mode: 0o755 });
  await Authority.make(authority);
  return async () => {
    const left = await endAll();
    if (left.length > 0) console.log(`Ended what was left running: ${left.join(', ')}.`);
    await rm(folder, { recursive: true, force: true });
  };
}
