// Mocha's spec reporter, with the reason of each skip and one closing line that counts.
// Under CI=true a skipped test is a failure: there everything is installed, so a skip hides something.
const { reporters } = require('mocha');

module.exports = class Counting extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    runner.on('pending', (test) => skipped.push(test.fullTitle()));
    runner.once('end', () => {
      const { passes, failures } = this.stats;
      const strict = process.env.CI === 'true' && skipped.length > 0;
      if (skipped.length > 0) console.log(`${strict ? 'Skipped although CI=true' : 'Skipped'}:\n${skipped.map((title) => `  - ${title}`).join('\n')}\n`);
      console.log(`${passes} passed, ${failures + (strict ? skipped.length : 0)} failed, ${strict ? 0 : skipped.length} skipped`);
      if (strict || passes === 0) process.exitCode = 1;
    });
  }
  done(failures, end) {
    const strict = process.env.CI === 'true' && this.stats.pending > 0;
    end(failures + (strict ? this.stats.pending : 0) + (this.stats.passes === 0 ? 1 : 0));
  }
};
