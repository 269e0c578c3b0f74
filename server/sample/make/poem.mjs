/** Truyện Kiều as a born-digital PDF: A5, Gentium Plus (Debian fonts-sil-gentiumplus), contents as outline, page labels. */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import PDFDocument from 'pdfkit';
import { fontFile, out } from './browser.mjs';
import { poemParts, verses } from './poem-text.mjs';

const gentium = '/usr/share/fonts/truetype/gentiumplus/GentiumPlus';
const [width, height] = [419.53, 595.28];
const ink = '#26211c';
const red = '#8f2a1e';
const paper = '#f6eedd';
const left = 72;
const top = 64;
const leading = 16.4;
const bottom = height - 62;

function titlePage(doc) {
  doc.rect(0, 0, width, height).fill(red);
  doc.rect(22, 22, width - 44, height - 44).fill(paper);
  doc
    .lineWidth(0.8)
    .rect(29, 29, width - 58, height - 58)
    .stroke(red);
  // A moon over the river Tiền Đường: the poem's last night before it turns.
  doc.circle(width / 2, 356, 62).fill('#e3b873');
  doc
    .circle(width / 2, 356, 62)
    .lineWidth(0.6)
    .stroke('#c89750');
  for (let i = 0; i < 7; i++) {
    const y = 402 + i * 16;
    doc.moveTo(48, y);
    for (let x = 48; x < width - 48; x += 54) {
      const end = Math.min(x + 54, width - 48);
      doc.bezierCurveTo(x + 18, y - 9 - i, x + 36, y + 9 + i, end, y);
    }
    doc
      .lineWidth(0.9 + i * 0.25)
      .strokeOpacity(0.9 - i * 0.06)
      .stroke('#7d8f8a');
  }
  doc.strokeOpacity(1);
  for (const [x, tilt] of [
    [70, 8],
    [88, -4],
  ]) {
    doc
      .moveTo(x, 540)
      .bezierCurveTo(x + tilt, 460, x + tilt * 2, 380, x + tilt * 3, 250)
      .lineWidth(3.2)
      .stroke('#5d6b4a');
    for (let i = 0; i < 6; i++) {
      const y = 270 + i * 34;
      const side = i % 2 ? 1 : -1;
      const at = x + tilt * (2.7 - i * 0.3);
      doc.moveTo(at, y).quadraticCurveTo(at + side * 16, y - 6, at + side * 34, y + 12);
      doc.quadraticCurveTo(at + side * 14, y + 5, at, y).fill('#6d7c55');
    }
  }
  const centre = { width: width - 100, align: 'center' };
  doc.font('roman').fontSize(14).fillColor(ink).text('Nguyễn Du', 50, 92, centre);
  doc.font('bold').fontSize(42).fillColor(red).text('Truyện Kiều', 50, 126, centre);
  doc.font('italic').fontSize(15).fillColor(ink).text('Đoạn trường tân thanh', 50, 188, centre);
  doc.font('sans').fontSize(8.5).fillColor('#5b5046').text('3254 câu thơ lục bát', 50, 222, centre);
  doc.text('Tủ Sách · bản số hoá', 50, height - 52, { ...centre, lineBreak: false });
}

function aboutPage(doc) {
  doc.addPage();
  doc.font('bold').fontSize(17).fillColor(red).text('Về bản số hoá này', left, 96);
  doc.font('roman').fontSize(11.5).fillColor(ink);
  const words = [
    'Nguyễn Du (1765–1820) viết Truyện Kiều bằng chữ Nôm, theo thể lục bát. Tác phẩm còn có tên Đoạn trường tân thanh. Nguyên tác đã thuộc về công chúng: ai cũng được đọc, chép và chia sẻ.',
    'Bản quốc ngữ ở đây gồm đủ 3254 câu. Truyện Kiều có nhiều dị bản; chữ dùng trong bản này có thể khác đôi chỗ so với sách giáo khoa hoặc các bản chú giải. Khi trích dẫn, xin đối chiếu với bản in mà thầy cô yêu cầu.',
    'Số ở lề phải là số thứ tự câu thơ. Tên các đoạn do người làm bản số hoá đặt, phần lớn theo cách gọi quen thuộc trong nhà trường, để dễ tìm; nguyên tác không chia đoạn.',
  ];
  words.forEach((paragraph, i) =>
    doc.text(paragraph, left, i ? doc.y + 9 : 132, { width: width - 2 * left + 14, lineGap: 3 }),
  );
}

function contents(doc, parts, pageOf) {
  doc.addPage();
  doc.font('bold').fontSize(17).fillColor(red).text('Mục lục', left, 62);
  let y = 92;
  for (const part of parts) {
    if (y > bottom - 60) {
      doc.addPage();
      y = top;
    }
    doc.font('bold').fontSize(10.5).fillColor(ink).text(part.title, left, y, { lineBreak: false });
    y += 17;
    for (const passage of part.passages) {
      if (y > bottom) {
        doc.addPage();
        y = top;
      }
      const page = String(pageOf.get(passage));
      doc
        .font('roman')
        .fontSize(10.2)
        .fillColor(ink)
        .text(passage.title, left + 12, y, { lineBreak: false });
      const from = left + 12 + doc.widthOfString(passage.title) + 6;
      const end = width - left + 8;
      doc.text(page, end - doc.widthOfString(page), y, { lineBreak: false });
      doc.moveTo(from, y + 10).lineTo(end - doc.widthOfString(page) - 5, y + 10);
      doc.lineWidth(0.6).dash(0.6, { space: 3 }).stroke('#b3a48c').undash();
      y += 13.4;
    }
    y += 10;
  }
}

/** Lines with their places: laid out once to know the page numbers, drawn afterwards. */
function layOut(parts) {
  const pages = [[]];
  let y = top;
  const turn = () => {
    pages.push([]);
    y = top;
  };
  const put = (line) => pages.at(-1).push({ ...line, y });
  for (const part of parts) {
    if (pages.at(-1).length) turn();
    y += 20;
    put({ kind: 'part', text: part.title, part });
    y += 52;
    for (const passage of part.passages) {
      if (y + 30 + leading * 4 > bottom) turn();
      if (y > top + 80 || (y > top && passage !== part.passages[0])) y += 12;
      put({ kind: 'passage', text: passage.title, passage, part });
      y += 26;
      for (let at = passage.from; at < passage.to; at += 2) {
        if (y + leading * 2 > bottom) turn();
        put({ kind: 'six', text: verses[at], number: at + 1 });
        y += leading;
        put({ kind: 'eight', text: verses[at + 1], number: at + 2 });
        y += leading;
      }
    }
  }
  return pages;
}

function drawLine(doc, line) {
  const { kind, text, y, number } = line;
  if (kind === 'part') {
    doc
      .font('bold')
      .fontSize(16.5)
      .fillColor(red)
      .text(text, left - 8, y, { width: width - 2 * left + 30 });
  } else if (kind === 'passage') {
    doc.font('italic').fontSize(12).fillColor(red).text(text, left, y, { lineBreak: false });
  } else {
    doc.font('roman').fontSize(12).fillColor(ink);
    doc.text(text, kind === 'six' ? left + 20 : left, y, { lineBreak: false });
    if (number % 10 === 0)
      doc
        .font('sans')
        .fontSize(7)
        .fillColor('#9a8a73')
        .text(String(number), width - 58, y + 4.5, { lineBreak: false });
  }
}

/** Writes truyen-kieu.pdf. Front matter is labelled i, ii, …; the poem starts again at 1 (ISO 32000-1, 12.4.2). */
export async function makePoem() {
  const doc = new PDFDocument({
    size: [width, height],
    margin: 0,
    lang: 'vi-VN',
    pdfVersion: '1.5',
    displayTitle: true,
    info: {
      CreationDate: new Date('2025-09-05T00:00:00Z'),
      Title: 'Truyện Kiều',
      Author: 'Nguyễn Du',
      Subject: 'Thơ lục bát',
      Keywords: 'Truyện Kiều, Đoạn trường tân thanh, Nguyễn Du',
    },
  });
  const file = createWriteStream(join(out, 'truyen-kieu.pdf'));
  let added = 1;
  doc.on('pageAdded', () => added++);
  doc.pipe(file);
  doc.registerFont('roman', `${gentium}-Regular.ttf`).registerFont('bold', `${gentium}-Bold.ttf`);
  doc.registerFont('italic', `${gentium}-Italic.ttf`).registerFont('sans', fontFile('400-normal'));
  const parts = poemParts();
  const pages = layOut(parts);
  const pageOf = new Map();
  pages.forEach((lines, i) => lines.forEach((line) => line.passage && pageOf.set(line.passage, i + 1)));
  titlePage(doc);
  doc.outline.addItem('Trang tên sách');
  aboutPage(doc);
  doc.outline.addItem('Về bản số hoá này');
  contents(doc, parts, pageOf);
  const front = added;
  let partItem;
  pages.forEach((lines, i) => {
    doc.addPage();
    for (const line of lines) {
      if (line.kind === 'part') partItem = doc.outline.addItem(line.text, { expanded: true });
      if (line.kind === 'passage') partItem.addItem(line.text);
      drawLine(doc, line);
    }
    const label = String(i + 1);
    doc.font('sans').fontSize(8.5).fillColor('#7a6c5a');
    doc.text(label, (width - doc.widthOfString(label)) / 2, height - 44, { lineBreak: false });
  });
  const labels = doc.ref({ Nums: [0, { S: 'r' }, front, { S: 'D' }] });
  doc._root.data.PageLabels = labels;
  labels.end();
  doc.end();
  await once(file, 'finish');
}
