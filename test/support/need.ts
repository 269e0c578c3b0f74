/**
 * For what cannot be tried without something that is not ours: skips, and says in the test's title for want of what. With CI=true
 * everything is installed, so there it is a failure. Call it first, in a test or in `before`.
 */
export function need(context: Mocha.Context, present: unknown, what: string): void {
  if (present) return;
  if (process.env['CI'] === 'true') throw new Error(`${what} is missing`);
  context.test!.title += ` (skipped: no ${what})`;
  context.skip();
}
