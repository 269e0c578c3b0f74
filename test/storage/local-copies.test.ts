import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { openFilesystemStore } from '../../storage/objects/filesystem.ts';
import { localCopies } from '../../storage/objects/local-copies.ts';
import { temporaryFolder } from '../support/temporary.ts';

describe('object store: local copies', () => {
  it('those that nobody holds keep to their share of the disk, the last used last; those held are never taken away', async () => {
    const { path, remove } = await temporaryFolder();
    const store = await openFilesystemStore(join(path, 'objects'));
    const copies = localCopies(join(path, 'copies'), store, 2_500);
    for (const key of ['a', 'b', 'c', 'd', 'e']) await store.put(key, Buffer.alloc(1_000));
    const held = await copies.take('a');
    for (const key of ['b', 'c', 'b', 'd', 'e']) await (await copies.take(key)).release();
    const [own] = await readdir(join(path, 'copies'));
    const kept = (await readdir(join(path, 'copies', own as string))).map((name) => name.split('-')[1]).sort();
    expect(kept).to.deep.equal(['a', 'd', 'e']);
    await held.release();
    expect(await readdir(join(path, 'copies', own as string))).to.have.length(2);
    await copies.close();
    await remove();
  });

  it('a failed fetch fails all who waited for it, and is tried again by the next', async () => {
    const { path, remove } = await temporaryFolder();
    const store = await openFilesystemStore(join(path, 'objects'));
    await store.put('a', Buffer.from('x'));
    let broken = true;
    const copies = localCopies(join(path, 'copies'), {
      stat: (key) => store.stat(key),
      get: async (key) => {
        if (broken) throw new Error('the line went down');
        return store.get(key);
      },
    });
    const failed = await Promise.allSettled([copies.take('a'), copies.take('a')]);
    expect(failed.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
    broken = false;
    await (await copies.take('a')).release();
    await copies.close();
    await remove();
  });
});
