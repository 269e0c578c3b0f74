// Plain Node, for the health check of a container: exit status 0 when the web process beside it can serve readers.
import http from 'node:http';
import https from 'node:https';

const { get } = process.env.TLS_CERT ? https : http;
// The certificate names the readers' address, not this machine.
const request = get({ host: '127.0.0.1', port: process.env.PORT || 8080, path: '/api/health/ready', timeout: 4000, rejectUnauthorized: false }, (response) => {
  response.resume();
  process.exit(response.statusCode === 200 ? 0 : 1);
});
request.on('timeout', () => request.destroy(new Error('no answer within 4 s')));
request.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
