import { expect } from 'chai';
import type { FileView } from '../../../server/contract/file.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { until } from '../../support/temporary.ts';
import { legacyPdf } from '../../fixtures/legacy-pdf.ts';
import { docxParagraph, makeDoc, makeDocx } from '../../fixtures/office-documents.ts';
import { mainFile } from '../../../web/parts/file-use.ts';
import { upload } from '../files/tus-client.ts';

const line = 'Kho¸ luËn tèt nghiÖp cña sinh viªn ngµnh th\u00ad viÖn';
const words = 'Khoá luận tốt nghiệp của sinh viên ngành thư viện';

describe('files from before Unicode in the library', function () {
  this.timeout(60_000);
  let app: TestApp;
  let librarian: Visitor;
  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
    app.work();
  });
  after(() => app.close());

  const files: [name: string, make: () => Promise<Buffer>][] = [
    ['khoa luan.pdf', async () => legacyPdf([[{ font: '.VnTime', text: line, x: 60, y: 700 }]])],
    ['khoa luan.docx', () => makeDocx({ body: docxParagraph([{ text: line, font: '.VnTime' }]) })],
    ['khoa luan.doc', async () => makeDoc([{ text: `${line}\r`, font: '.VnTime' }])],
  ];
  for (const [name, make] of files) {
    it(`${name} is found by its words, with marks and without, and says what it was converted from`, async () => {
      const { recordId, fileId } = await upload(librarian, await make(), {
        filename: name,
        licence: 'CC-BY-4.0',
        scope: 'public',
      });
      const fileOf = async (visitor: Visitor): Promise<FileView> =>
        (await visitor.get(`/api/records/${recordId}`)).body.files.find((file: FileView) => file.id === fileId);
      await until('it is read', async () => (await fileOf(librarian)).state === 'ready', 30);
      const { version } = (await librarian.get(`/api/records/${recordId}`)).body;
      expect((await librarian.post(`/api/records/${recordId}/publish`, { version })).status).to.equal(200);

      const guest = app.visitor();
      for (const q of ['sinh viên ngành thư viện', 'sinh vien nganh thu vien']) {
        await until(
          `it is found by ${q}`,
          async () => {
            const { body } = await guest.get(`/api/search?q=${encodeURIComponent(q)}`);
            return JSON.stringify(body).includes(recordId!);
          },
          20,
        );
      }
      expect((await fileOf(librarian)).conversions).to.deep.equal([{ from: 'tcvn3', font: '.VnTime' }]);
      expect((await fileOf(guest)).conversions).to.deep.equal([]);
      const { body } = await guest.get(`/api/files/${fileId}/pages/1/text`);
      const page = body.words as { text: string; original?: string }[];
      expect(page.map(({ text }) => text).join(' ')).to.equal(words);
      expect(page.find(({ text }) => text === 'nghiệp')).to.include({ original: 'nghiÖp' });
      expect(page.find(({ text }) => text === 'sinh')).not.to.have.property('original');
    });
  }

  it('beside pages that look as they were made, those set from words come second', async () => {
    const first = await upload(
      librarian,
      await makeDocx({ body: docxParagraph([{ text: `${line} hai`, font: '.VnTime' }]) }),
      {
        filename: 'bài.docx',
        licence: 'CC-BY-4.0',
        scope: 'public',
      },
    );
    const { fileId } = await upload(librarian, legacyPdf([[{ font: '.VnTime', text: `${line} hai`, x: 60, y: 700 }]]), {
      filename: 'bài.pdf',
      recordId: first.recordId!,
    });
    const record = async () => (await librarian.get(`/api/records/${first.recordId}`)).body;
    await until(
      'both are read',
      async () => (await record()).files.every(({ state }: FileView) => state === 'ready'),
      30,
    );
    const { files: views, cover } = await record();
    expect(views.map(({ name }: FileView) => name)).to.deep.equal(['bài.docx', 'bài.pdf']);
    expect(cover.small).to.contain(`/api/files/${fileId}/`);
    expect(mainFile(views)?.id).to.equal(fileId);
    expect(mainFile(views.slice(0, 1))?.id).to.equal(first.fileId);
  });
});
