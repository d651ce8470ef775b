// Runs before every npm script, on whatever Node the machine has (20.19 or later), with nothing installed yet.
// It installs what the lockfile names when that has not been done, so that a fresh clone needs one command only.
// The Node that runs everything else comes out of node_modules/.bin, which npm has put first on PATH.
const { execSync } = require('node:child_process');
const { statSync } = require('node:fs');

const changed = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -1;

if (changed('node_modules/.package-lock.json') < changed('package-lock.json')) {
  console.error('Installing what isitpublic needs (about half a minute, the first time only) ...');
  try {
    execSync('npm ci --no-audit --no-fund --loglevel=error', { stdio: ['ignore', 'inherit', 'inherit'] });
  } catch {
    console.error('The installation failed. What npm said stands above; mend that and run the same command again.');
    process.exit(1);
  }
}

const version = String(execSync('node --version')).trim();
if (Number(version.slice(1).split('.')[0]) < 24) {
  console.error(
    `isitpublic needs Node 24 or later and found ${version}. Run it through npm, which brings its own Node, or install a newer one.`,
  );
  process.exit(1);
}
