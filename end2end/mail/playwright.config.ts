import { defineConfig } from '@playwright/test';

const ci = Boolean(process.env.CI);

/** What the console promises, shown and measured with a real Postfix and real smart hosts. */
export default defineConfig({
  globalSetup: './support/set-up.ts',
  fullyParallel: true,
  // Each test has a Postfix, a console, a look-up service and several servers to itself.
  workers: 2,
  retries: 0,
  forbidOnly: ci,
  reporter: 'list',
  timeout: 120_000,
  expect: { timeout: 30_000 },
  outputDir: process.env.MAIL_RESULTS_DIR ?? '../test-results/mail',
  use: {
    locale: 'en-GB',
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
      args: [
        // Postfix needs root, and so the tests and their browser are root's.
        '--no-sandbox',
        '--disable-gpu',
        // The browser is to talk to the program under test and to nobody else.
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'proof', testDir: 'tests' },
    { name: 'bench', testDir: 'bench', fullyParallel: false },
  ],
});
