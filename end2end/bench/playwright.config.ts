import { defineConfig } from '@playwright/test';
import base from '../playwright.config.ts';

/** What a person with a slow machine waits for. One at a time, so that they do not slow each other. */
export default defineConfig({
  ...base,
  testDir: '.',
  fullyParallel: false,
  workers: 1,
  timeout: 300_000,
  outputDir: '../test-results/bench',
  projects: [{ name: 'bench', use: { viewport: { width: 1280, height: 800 } } }],
});
