/** "Làm quen chữ cái a, ă, â": ten page images in a zip, named as a phone or a scanner would, trang-1 … trang-10. */
import { join } from 'node:path';
import { openPage, out } from './browser.mjs';
import { writeZip } from './zip.mjs';

const green = '#3f9b57';
const cá = `<path d="M70 150C140 60 270 60 330 150 270 240 140 240 70 150Z" fill="#ff9f5a"/><path d="M320 150 410 80V220Z" fill="#ff7f3f"/><circle cx="140" cy="132" r="15" fill="#fff"/><circle cx="138" cy="133" r="8" fill="#333"/><path d="M200 100c24 30 24 70 0 100M240 98c22 30 22 74 0 104" stroke="#ff7f3f" stroke-width="7" fill="none"/><circle cx="40" cy="90" r="10" fill="#9fd8f0"/><circle cx="24" cy="56" r="14" fill="#9fd8f0"/>`;
const lá = `<path d="M80 230C60 90 200 30 380 50 390 200 260 290 80 230Z" fill="#57b36b"/><path d="M50 262C140 200 240 130 380 50" stroke="#2f7d44" stroke-width="9" fill="none"/><path d="M170 180l-20-70M240 136l-14-64M200 160l76 16M270 112l70 4" stroke="#2f7d44" stroke-width="6"/>`;
const trăng = `<rect width="440" height="300" rx="40" fill="#2d3f7a"/><path d="M250 40A110 110 0 1 0 330 220 130 130 0 0 1 250 40Z" fill="#ffe08a"/><g fill="#fff4c9"><circle cx="80" cy="70" r="6"/><circle cx="370" cy="80" r="8"/><circle cx="390" cy="180" r="5"/><circle cx="60" cy="210" r="7"/></g>`;
const mắt = `<path d="M30 160C110 50 330 50 410 160 330 260 110 260 30 160Z" fill="#fff" stroke="#5a3d2b" stroke-width="10"/><circle cx="220" cy="156" r="68" fill="#7a4f2f"/><circle cx="220" cy="156" r="34" fill="#2b1a10"/><circle cx="244" cy="132" r="14" fill="#fff"/><path d="M60 70 40 36M130 42l-12-36M220 30V-6M310 42l12-36M380 70l20-34" stroke="#5a3d2b" stroke-width="10" stroke-linecap="round"/>`;
const nấm = `<path d="M60 170C60 60 150 20 220 20S380 60 380 170Z" fill="#e2574c"/><g fill="#fff"><circle cx="150" cy="100" r="24"/><circle cx="230" cy="66" r="20"/><circle cx="300" cy="118" r="26"/></g><path d="M165 170c10 50 0 90-14 116h138c-14-26-24-66-14-116Z" fill="#fbe8cf"/>`;
const cân = `<path d="M220 30V250M120 262H320" stroke="#7a5a3a" stroke-width="14" stroke-linecap="round"/><path d="M60 80H380" stroke="#7a5a3a" stroke-width="12" stroke-linecap="round"/><path d="M80 84 36 176H124ZM360 84 316 176H404Z" fill="none" stroke="#a98156" stroke-width="5"/><path d="M28 176H132A52 52 0 0 1 28 176ZM308 176H412A52 52 0 0 1 308 176Z" fill="#f0b94e"/><circle cx="80" cy="150" r="26" fill="#e2574c"/><circle cx="360" cy="150" r="26" fill="${green}"/>`;
const cà = `<path d="M120 60C230 40 390 120 380 230 330 300 150 240 110 130Z" fill="#7b4fb0"/><path d="M132 54 96 22M150 60c-20 20-50 30-70 24 4-24 20-44 50-44M120 110c-26-2-44-16-48-34" stroke="${green}" stroke-width="16" fill="none" stroke-linecap="round"/>`;

const letter = (text, colour) => `<div class="letter" style="color:${colour}">${text}</div>`;
const drawing = (svg, word) =>
  `<figure><svg viewBox="0 0 440 300">${svg}</svg><figcaption>${word}</figcaption></figure>`;
const [red, blue, purple] = ['#d8433a', '#2a72b8', '#7b4fb0'];
const mark = (word, sought, colour) => word.replace(sought, `<b style="color:${colour}">${sought}</b>`);

/** `[background, content]` of each page. */
const pages = [
  [
    '#fdebd2',
    `<h1>Bé làm quen chữ cái</h1><div class="trio">${letter('a', red)}${letter('ă', blue)}${letter('â', purple)}</div><p>Lớp Lá, 5–6 tuổi</p><p class="small">Nguyễn Ngọc Bích · Trường Mầm non Hoa Mai (mẫu)</p>`,
  ],
  [
    '#fff',
    `${letter('a', red)}<p>Đây là chữ <b style="color:${red}">a</b>. Bé đọc: <b>a</b>.</p><p>Một nét cong tròn khép kín,<br>một nét thẳng đứng bên phải.</p>`,
  ],
  [
    '#fff5f4',
    `<h2>Từ nào có chữ a?</h2>${drawing(cá, mark('con cá', 'á', red))}${drawing(lá, mark('chiếc lá', 'á', red))}`,
  ],
  [
    '#fff',
    `${letter('ă', blue)}<p>Đây là chữ <b style="color:${blue}">ă</b>. Bé đọc: <b>á</b>.</p><p>Giống chữ a, thêm một nét cong nhỏ<br>như vầng trăng khuyết ở trên đầu.</p>`,
  ],
  [
    '#f1f7fd',
    `<h2>Từ nào có chữ ă?</h2>${drawing(trăng, mark('ông trăng', 'ă', blue))}${drawing(mắt, mark('đôi mắt', 'ắ', blue))}`,
  ],
  [
    '#fff',
    `${letter('â', purple)}<p>Đây là chữ <b style="color:${purple}">â</b>. Bé đọc: <b>ớ</b>.</p><p>Giống chữ a, đội thêm chiếc nón<br>nhọn ở trên đầu.</p>`,
  ],
  [
    '#f7f2fc',
    `<h2>Từ nào có chữ â?</h2>${drawing(nấm, mark('cây nấm', 'ấ', purple))}${drawing(cân, mark('cái cân', 'â', purple))}`,
  ],
  [
    '#fff',
    `<h2>Ba bạn giống và khác nhau</h2><div class="trio">${letter('a', red)}${letter('ă', blue)}${letter('â', purple)}</div><p>Giống: cùng có nét cong tròn và nét thẳng.</p><p>Khác: a để đầu trần, ă có vầng trăng,<br>â đội nón.</p>`,
  ],
  [
    '#eef8f0',
    `<h2>Bé tìm và chỉ</h2><p>Quả gì đây? Trong tên quả có chữ nào bé vừa học?</p>${drawing(cà, mark('quả cà', 'à', red))}<p class="hunt"><span>ă</span><span>a</span><span>o</span><span>â</span><span>e</span><span>a</span></p>`,
  ],
  [
    '#fdebd2',
    `<h2>Cả lớp cùng đọc</h2><p class="verse">Chữ <b style="color:${red}">a</b> tròn trịa<br>Chữ <b style="color:${blue}">ă</b> có trăng<br>Chữ <b style="color:${purple}">â</b> đội nón<br>Ba bạn tung tăng.</p><p class="small">Học liệu mẫu của Tủ Sách, CC BY-NC-SA 4.0</p>`,
  ],
];

const sheet = `body{width:1200px;height:900px;display:flex;flex-direction:column;align-items:center;justify-content:center;text-align:center;font-size:41px;line-height:1.45;position:relative;color:#3b332b}
h1{font-size:74px;color:#b0572a;margin:0}h2{font-size:56px;color:#3f7d4e;margin:0 0 24px}p{margin:10px 0}.small{font-size:26px;color:#8a7a68}.letter{font-weight:700;font-size:400px;line-height:1.12;height:470px}
.trio{display:flex;gap:70px}.trio .letter{font-size:270px;height:330px}figure{margin:0 40px;display:inline-block;text-align:center}figure svg{width:380px;height:260px;overflow:visible}figcaption{font-size:54px;font-weight:600;margin-top:10px;color:#3b332b}
main{display:flex;flex-wrap:wrap;justify-content:center;align-items:center;flex-direction:column}.row{display:flex}.hunt span{display:inline-block;width:130px;font-size:90px;font-weight:600;color:#4b4036}.verse{font-size:74px;line-height:1.5;font-weight:500}
footer{position:absolute;right:40px;bottom:26px;font-size:28px;color:#a0937f}`;

export async function makeLetters(browser) {
  const entries = [];
  for (const [i, [background, content]] of pages.entries()) {
    const grouped = content.replace(/(<figure>.*<\/figure>)/s, '<div class="row">$1</div>');
    const html = `<html lang="vi"><head><style>${sheet}body{background:${background}}</style></head><body>${grouped}<footer>${i + 1}</footer></body></html>`;
    const page = await openPage(browser, html, { width: 1200, height: 900 });
    entries.push([`trang-${i + 1}.jpg`, await page.screenshot({ type: 'jpeg', quality: 72 }), { compress: false }]);
    await page.close();
  }
  await writeZip(join(out, 'lam-quen-chu-cai.zip'), entries);
}
