// OpenClaw 2026.4.14 writes one log file a day for all gateways of the host, in a fixed folder of the system.
// Loaded before a test gateway, this makes that one folder look unusable, so that the gateway takes the way that it
// already has for such a host: the folder named by TMPDIR. The user's own log stays untouched. Nothing else changes.
const fs = require('node:fs');

const FIXED = '/tmp/openclaw';
const lstatSync = fs.lstatSync;

fs.lstatSync = function ownTmp(path, ...rest) {
  if (path === FIXED) throw Object.assign(new Error('EACCES: kept out of the shared folder by the tests'), { code: 'EACCES' });
  return lstatSync.call(this, path, ...rest);
};
