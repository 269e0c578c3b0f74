// Plain Node. Makes the secrets of an installation once, before anything else starts, each into the volume of the one that needs it.
// What is there is never changed. It refuses to start an installation that has lost a secret: a new one would not open the old data.
//   node server/container/make-secrets.mjs [FOLDER]     FOLDER: /run/tu-sach, with a folder (a volume) for each of `owners`
import { randomBytes } from 'node:crypto';
import { accessSync, chmodSync, constants, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2] ?? '/run/tu-sach';
/** Mounted so that these volumes belong to our user from their first moment, and to see whether they have been used. */
const dataFolder = process.argv[3] ?? '/volumes';

const secret = () => randomBytes(32).toString('base64url');
const read = (path) => readFileSync(join(folder, path), 'utf8').trim();

/** In this order: the addresses are composed of what comes before. The hosts are the services of docker-compose.yml. */
const files = {
  'database/password': secret,
  'objects/access-key': () => randomBytes(10).toString('hex'),
  'objects/secret-key': secret,
  'search/meilisearch.toml': () => `master_key = "${secret()}"`,
  'library/database-url': () => `postgres://tusach:${read('database/password')}@database:5432/tusach`,
  'library/objects-versitygw-url': () => objects('versitygw:7070'),
  'library/objects-minio-url': () => objects('minio:9000'),
  'library/search-url': () => `meilisearch+http://:${/"(.+)"/.exec(read('search/meilisearch.toml'))[1]}@search:7700`,
  'library/metrics-token': secret,
};
const objects = (host) => `s3+http://${read('objects/access-key')}:${read('objects/secret-key')}@${host}/tusach`;
/** Written last: from then on nothing may be missing. */
const complete = 'library/complete';

function refuse(vietnamese, english) {
  console.error(`${vietnamese}\n${english}`);
  process.exit(1);
}

for (const owner of ['database', 'objects', 'search', 'library']) {
  const path = join(folder, owner);
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    refuse(`Không ghi được vào ${path}: volume này phải thuộc về người dùng ${process.getuid?.()}.`, `${path} cannot be written: that volume must belong to user ${process.getuid?.()}.`);
  }
}

const missing = Object.keys(files).filter((path) => !existsSync(join(folder, path)));
const whole = existsSync(join(folder, complete));
const used = ['objects', 'minio', 'search'].filter((name) => existsSync(join(dataFolder, name)) && readdirSync(join(dataFolder, name)).length > 0);
if (missing.length > 0 && (whole || used.length > 0)) {
  refuse(
    `Thiếu bí mật ${missing.join(', ')} của một thư viện đã có dữ liệu. Hãy khôi phục các volume secret-* từ bản sao lưu; bí mật mới không mở được dữ liệu cũ.`,
    `Secrets are missing (${missing.join(', ')}) of a library that has data. Restore the volumes secret-* from a backup; new secrets do not open old data.`,
  );
}

for (const path of missing) {
  const at = join(folder, path);
  writeFileSync(`${at}.new`, `${files[path]()}\n`, { mode: 0o440 });
  chmodSync(`${at}.new`, 0o440); // whatever the umask is: the owner's group reads it, as the database server's user does
  renameSync(`${at}.new`, at);
}
if (!whole) writeFileSync(join(folder, complete), '', { mode: 0o440 });
console.log(missing.length > 0 ? `made ${missing.length} secrets` : 'the secrets are there');
