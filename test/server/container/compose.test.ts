import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { parse } from 'yaml';
import { settings } from '../../../server/config.ts';
import { projectRoot } from '../../support/source-files.ts';
import { composeFile, composeText, fileOfCompose, filledIn, mountsOf } from './compose-file.ts';

describe('docker-compose.yml', () => {
  const compose = composeFile();
  const services = Object.entries(compose.services);
  const ours = services.filter(([, { build }]) => build);
  /** Ends when it has done its work. */
  const once = 'secrets';
  const lasting = services.filter(([name]) => name !== once);
  const dockerfile = readFileSync(join(projectRoot, 'server', 'Dockerfile'), 'utf8');

  it('is valid by the schema of Compose, which refuses what it does not know', () => {
    const path = join(projectRoot, 'node_modules', 'dclint', 'schemas', 'compose.schema.json');
    const schema = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    const valid = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile({ ...schema, $schema: undefined });
    const whole = (text: string): unknown => parse(text, { merge: true });
    expect(valid(whole(filledIn(composeText()))), JSON.stringify(valid.errors)).to.equal(true);
    expect(valid(whole(composeText().replace('init: true', 'inti: true')))).to.equal(false);
    expect(valid(whole(composeText().replace('condition: service_healthy', 'condition: healthy')))).to.equal(false);
  });

  it('two webs, workers as many as WORKERS says, and the servers that issue a grown installation', () => {
    expect(services.map(([name]) => name).sort()).to.deep.equal(['database', 'minio', 'proxy', 'proxy-tls', 'search', 'secrets', 'versitygw', 'web', 'worker']);
    expect(compose.services['web']!.deploy!.replicas).to.equal(2);
    expect(filledIn(String(compose.services['worker']!.deploy!.replicas), { WORKERS: '5' })).to.equal('5');
    expect(filledIn(String(compose.services['worker']!.deploy!.replicas))).to.equal('1');
    expect(Object.fromEntries(services.filter(([, { profiles }]) => profiles).map(([name, { profiles }]) => [name, profiles]))).to.deep.equal({ minio: ['minio'], 'proxy-tls': ['tls'] });
  });

  it('every service is limited, watched, started again, and nobody in it is root', () => {
    for (const [name, service] of services) {
      expect(service.user, name).to.match(/^[1-9]\d*:[1-9]\d*$/);
      expect(service.read_only, name).to.equal(true);
      expect(service.cap_drop, name).to.deep.equal(['ALL']);
      expect(service.security_opt, name).to.deep.equal(['no-new-privileges:true']);
      expect(service.deploy?.resources?.limits?.memory, name).to.match(/^\d+[MG]$/);
    }
    for (const [name, service] of lasting) {
      expect(service.restart, name).to.equal('unless-stopped');
      expect(service.healthcheck?.test?.[0], name).to.equal('CMD');
      for (const field of ['interval', 'timeout', 'retries'] as const) expect(service.healthcheck?.[field], `${name} ${field}`).to.not.equal(undefined);
    }
    expect(compose.services[once]).to.include({ restart: 'no' });
  });

  it('what a service waits for exists; what lasts is waited for until it is healthy, the secrets until they are made', () => {
    for (const [name, service] of services)
      for (const [needed, { condition, required }] of Object.entries(service.depends_on ?? {})) {
        expect(compose.services, `${name} needs ${needed}`).to.have.property(needed);
        expect(condition, `${name} needs ${needed}`).to.equal(needed === once ? 'service_completed_successfully' : 'service_healthy');
        // A service that a profile brings in cannot be demanded of those without the profile.
        expect(required ?? true, `${name} needs ${needed}`).to.equal(!compose.services[needed]!.profiles);
      }
    for (const name of ['web', 'worker']) expect(Object.keys(compose.services[name]!.depends_on!)).to.include.members(['secrets', 'database', 'search', 'versitygw']);
  });

  it('only the proxies can be reached from outside, and only they and the webs reach out', () => {
    expect(services.filter(([, { ports }]) => ports).map(([name]) => name)).to.deep.equal(['proxy', 'proxy-tls']);
    expect(compose.networks['inside']!.internal).to.equal(true);
    expect(services.filter(([, { networks }]) => networks?.includes('outside')).map(([name]) => name)).to.deep.equal(['web', 'proxy', 'proxy-tls']);
    expect(filledIn(compose.services['proxy']!.ports![0]!)).to.equal('0.0.0.0:8080:8080');
    expect(filledIn(compose.services['proxy']!.ports![0]!, { PORT: '80', LISTEN: '127.0.0.1' })).to.equal('127.0.0.1:80:8080');
  });

  it('images are pinned by version; ours is built of the Dockerfile', () => {
    for (const [name, { image }] of services.filter(([, { build }]) => !build)) expect(image, name).to.match(/^[\w./-]+:(v?\d+(\.\d+)+|RELEASE\.\d{4}-[\w-]+)(-[a-z]+)?$/);
    expect(ours.map(([name]) => name)).to.deep.equal(['secrets', 'web', 'worker']);
    for (const [, { build, image }] of ours) expect({ image, ...build }).to.deep.equal({ image: 'tu-sach:local', context: '.', dockerfile: 'server/Dockerfile' });
    expect(/^ARG NODE=(.+)$/m.exec(dockerfile)?.[1]).to.match(/^(22|24)\.\d+\.\d+-bookworm-slim$/);
  });

  it('no secret is written down: every one is a file that another service has made', () => {
    for (const [name, { environment = {} }] of services)
      for (const [key, value] of Object.entries(environment).filter(([key]) => /PASSWORD|SECRET|TOKEN|KEY|USER_FILE|_URL/.test(key))) {
        if (/_FILE$/.test(key)) expect(value, `${name} ${key}`).to.match(/^\/run\/tu-sach\//);
        else expect(filledIn(String(value)), `${name} ${key}`).to.match(/^(|http:\/\/localhost:8080)$/);
      }
    expect(composeText()).to.not.match(/:\/\/[^\s/]*:[^\s/]*@/);
  });

  it('each server sees its own secret alone, and may not change it', () => {
    const seen = services.flatMap(([name, service]) => mountsOf(service).filter(({ source }) => source?.startsWith('secret-')).map(({ source, readOnly }) => ({ name, source, readOnly })));
    expect(seen.filter(({ name }) => name === once).map(({ source }) => source)).to.have.members(['secret-database', 'secret-objects', 'secret-search', 'secret-library']);
    const others = seen.filter(({ name }) => name !== once);
    expect(others.every(({ readOnly }) => readOnly)).to.equal(true);
    expect(Object.fromEntries(others.map(({ name, source }) => [name, source]))).to.deep.equal({
      web: 'secret-library',
      worker: 'secret-library',
      database: 'secret-database',
      search: 'secret-search',
      versitygw: 'secret-objects',
      minio: 'secret-objects',
    });
    expect(others).to.have.length(6);
  });

  it('every name that our processes are given is one of our settings', () => {
    const names = ours.flatMap(([, { environment }]) => Object.keys(environment ?? {}));
    expect(names).to.include.members(['DATABASE_URL_FILE', 'OBJECT_STORE_URL_FILE', 'SEARCH_URL_FILE', 'PUBLIC_URL', 'TRUST_PROXY']);
    expect(names.filter((name) => !(name in settings.shape))).to.deep.equal([]);
    const inImage = [.../^ENV (.+)$/m.exec(dockerfile)![1]!.matchAll(/([A-Z_]+)=/g)].map((name) => name[1]!);
    expect(inImage.filter((name) => !(name in settings.shape))).to.deep.equal(['NODE_ENV']);
  });

  it('every volume is declared and used; a folder that our user owns is where it is first mounted', () => {
    const mounted = services.flatMap(([name, service]) => mountsOf(service).map((mount) => ({ name, ...mount })));
    const named = mounted.filter(({ source }) => source !== null && !source.startsWith('.'));
    expect([...new Set(named.map(({ source }) => source))].sort()).to.deep.equal(Object.keys(compose.volumes).sort());
    for (const { source } of mounted.filter(({ source }) => source?.startsWith('.'))) expect(fileOfCompose(source!), source!).to.equal(true);
    const made = /RUN mkdir -p ([^&]+)/.exec(dockerfile)![1]!.replaceAll('\\', ' ').trim().split(/\s+/);
    for (const { target } of named.filter(({ name }) => name === once)) expect(made, target).to.include(target);
    expect(made).to.include('/data');
  });

  it('every file that a service runs or reads of ours is there', () => {
    const named = services.flatMap(([, { command, entrypoint, healthcheck, build }]) => [...(command ?? []), ...(entrypoint ?? []), ...(healthcheck?.test ?? []), build?.dockerfile ?? '']);
    const files = [...new Set(named.filter((word) => word.startsWith('server/')))];
    expect(files).to.include.members(['server/Dockerfile', 'server/container/make-secrets.mjs', 'server/container/web-ready.mjs', 'server/container/worker-alive.ts']);
    expect(files.filter((file) => !fileOfCompose(file))).to.deep.equal([]);
  });
});

describe('server/Dockerfile', () => {
  const text = readFileSync(join(projectRoot, 'server', 'Dockerfile'), 'utf8');

  it('builds by the one script, runs as nobody of importance, and says how it is watched and stopped', () => {
    const last = text.slice(text.lastIndexOf('\nFROM '));
    expect(text).to.match(/^RUN server\/container\/build\.sh \/app$/m);
    for (const line of [/^USER 1000:1000$/m, /^HEALTHCHECK .*web-ready\.mjs/m, /^STOPSIGNAL SIGTERM$/m, /^LABEL org\.opencontainers/m, /^ENTRYPOINT \["node", "server\/start\.mjs"\]$/m]) expect(last).to.match(line);
    for (const tool of ['tesseract-ocr', 'tesseract-ocr-vie', 'poppler-utils']) expect(last).to.include(` ${tool} `);
    // Nothing that runs as root comes after the change of user, and nothing is written over the tree.
    expect(last.slice(last.indexOf('USER ')).match(/^(RUN|COPY|ADD) /m)).to.equal(null);
  });

  it('the context holds what the build copies, and no data', () => {
    const ignore = readFileSync(join(projectRoot, '.dockerignore'), 'utf8').split('\n');
    expect(ignore).to.include('*');
    const copied = /^cp -R (.+) "\$target\/"$/m.exec(readFileSync(join(projectRoot, 'server', 'container', 'build.sh'), 'utf8'))![1]!.split(' ');
    expect(copied.filter((name) => !ignore.includes(`!${name}`))).to.deep.equal([]);
    expect(ignore.filter((line) => /^!.*(data|git|node_modules|cache)/.test(line))).to.deep.equal([]);
  });
});
