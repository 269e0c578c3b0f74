/** A schematic map of Hồ Chí Minh City since 1 July 2025. Outlines are drawn by eye from rounded coordinates: a teaching sketch. */
import { join } from 'node:path';
import { openPage, out } from './browser.mjs';

/** Longitude, latitude in degrees to pixels of the picture; 0.982 is the cosine of the middle latitude. */
const x = (lon) => Math.round((lon - 106.17) * 0.982 * 1380);
const y = (lat) => Math.round((11.62 - lat) * 1380);

/** Borders shared by two areas are written once and used by both, forwards or backwards. */
const lines = {
  binhDuongOuter: [
    [106.46, 11.12],
    [106.4, 11.19],
    [106.35, 11.27],
    [106.34, 11.37],
    [106.39, 11.46],
    [106.5, 11.45],
    [106.6, 11.4],
    [106.66, 11.46],
    [106.75, 11.49],
    [106.85, 11.46],
    [106.94, 11.36],
    [106.96, 11.24],
    [106.97, 11.13],
    [106.89, 11.05],
    [106.81, 11.02],
    [106.8, 10.96],
    [106.84, 10.92],
    [106.84, 10.88],
  ],
  saigonRiver: [
    [106.46, 11.12],
    [106.53, 11.06],
    [106.59, 11],
    [106.65, 10.94],
    [106.68, 10.89],
    [106.72, 10.865],
    [106.76, 10.885],
    [106.8, 10.87],
    [106.84, 10.88],
  ],
  cityEast: [
    [106.84, 10.88],
    [106.88, 10.83],
    [106.86, 10.78],
    [106.79, 10.755],
    [106.77, 10.69],
    [106.8, 10.65],
    [106.88, 10.63],
    [106.97, 10.63],
    [107.02, 10.6],
  ],
  thiVai: [
    [107.02, 10.6],
    [107.02, 10.55],
    [106.99, 10.5],
  ],
  canGioCoast: [
    [106.99, 10.5],
    [106.98, 10.44],
    [106.95, 10.39],
    [106.87, 10.36],
    [106.79, 10.38],
  ],
  cityWest: [
    [106.79, 10.38],
    [106.74, 10.46],
    [106.74, 10.55],
    [106.73, 10.62],
    [106.64, 10.64],
    [106.55, 10.64],
    [106.48, 10.7],
    [106.45, 10.79],
    [106.42, 10.88],
    [106.37, 10.97],
    [106.4, 11.05],
    [106.46, 11.12],
  ],
  vungTauNorth: [
    [107.02, 10.6],
    [107.04, 10.67],
    [107.12, 10.71],
    [107.21, 10.77],
    [107.32, 10.76],
    [107.41, 10.79],
    [107.5, 10.76],
    [107.56, 10.68],
    [107.58, 10.58],
    [107.57, 10.52],
  ],
  vungTauCoast: [
    [107.57, 10.52],
    [107.47, 10.485],
    [107.36, 10.44],
    [107.26, 10.38],
    [107.19, 10.41],
    [107.12, 10.36],
    [107.08, 10.32],
    [107.06, 10.37],
    [107.08, 10.43],
    [107.04, 10.47],
    [106.99, 10.5],
  ],
};

/** A smooth path through the points (Catmull-Rom as Bézier). `move` starts a new path. */
function smooth(points, move) {
  const p = points.map(([lon, lat]) => [x(lon), y(lat)]);
  let path = move ? `M${p[0]}` : '';
  for (let i = 0; i < p.length - 1; i++) {
    const [a, b, c, d] = [p[i - 1] ?? p[i], p[i], p[i + 1], p[i + 2] ?? p[i + 1]];
    const near = [b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6].map(Math.round);
    const far = [c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6].map(Math.round);
    path += `C${near} ${far} ${c}`;
  }
  return path;
}

const ring = (...names) =>
  names
    .map((name, i) => smooth(name[0] === '-' ? [...lines[name.slice(1)]].reverse() : lines[name], i === 0))
    .join('') + 'Z';
const areas = [
  [ring('binhDuongOuter', '-saigonRiver'), '#f6dcae'],
  [ring('saigonRiver', 'cityEast', 'thiVai', 'canGioCoast', 'cityWest'), '#f3b9a4'],
  [ring('vungTauNorth', 'vungTauCoast', '-thiVai'), '#cfe0b4'],
];

const rivers = [
  [
    [106.36, 11.35],
    [106.4, 11.26],
    [106.43, 11.17],
    ...lines.saigonRiver.slice(0, 6),
    [106.73, 10.82],
    [106.705, 10.78],
    [106.75, 10.765],
    [106.77, 10.72],
    [106.765, 10.66],
    [106.75, 10.6],
    [106.745, 10.5],
    [106.8, 10.37],
  ],
  [
    [107.16, 11.3],
    [107.06, 11.2],
    [106.97, 11.13],
    [106.89, 11.05],
    [106.81, 11.02],
    [106.8, 10.96],
    [106.84, 10.92],
    [106.87, 10.84],
    [106.86, 10.78],
    [106.79, 10.755],
  ],
  [
    [106.77, 10.69],
    [106.82, 10.62],
    [106.88, 10.54],
    [106.95, 10.47],
    [106.98, 10.44],
  ],
];

/** name, longitude, latitude, size of the dot, side of the label */
const places = [
  ['Sài Gòn', 106.7, 10.776, 3],
  ['Thủ Đức', 106.755, 10.85, 1],
  ['Củ Chi', 106.5, 10.97, 1],
  ['Hóc Môn', 106.59, 10.885, 1, 'left'],
  ['Bình Chánh', 106.56, 10.7, 1],
  ['Nhà Bè', 106.74, 10.655, 1, 'left'],
  ['Cần Giờ', 106.9, 10.41, 1],
  ['Bình Khánh', 106.79, 10.6, 1],
  ['Thủ Dầu Một', 106.65, 10.985, 2],
  ['Lái Thiêu', 106.7, 10.905, 1, 'left'],
  ['Dĩ An', 106.77, 10.91, 1],
  ['Tân Uyên', 106.8, 11.07, 1, 'left'],
  ['Bến Cát', 106.6, 11.15, 1],
  ['Bàu Bàng', 106.63, 11.26, 1],
  ['Phú Giáo', 106.8, 11.29, 1],
  ['Dầu Tiếng', 106.38, 11.28, 1],
  ['Bà Rịa', 107.17, 10.5, 2],
  ['Vũng Tàu', 107.09, 10.35, 2, 'left'],
  ['Phú Mỹ', 107.06, 10.59, 1],
  ['Châu Đức', 107.24, 10.65, 1],
  ['Xuyên Mộc', 107.42, 10.58, 1],
  ['Hồ Tràm', 107.41, 10.49, 1],
  ['Đất Đỏ', 107.27, 10.48, 1],
  ['Long Hải', 107.23, 10.41, 1, 'left'],
];
const neighbours = [
  ['Tỉnh Tây Ninh', 106.27, 10.9, -68],
  ['Tỉnh Đồng Nai', 107.17, 11.02, 0],
  ['Tỉnh Lâm Đồng', 107.62, 10.72, 76],
  ['Tỉnh Đồng Tháp', 106.48, 10.46, 0],
];

function place([name, lon, lat, size, side]) {
  const left = side === 'left';
  const ring =
    size > 1
      ? `<circle cx="${x(lon)}" cy="${y(lat)}" r="${7 + size * 3.5}" fill="none" stroke="#6b2c1f" stroke-width="3"/>`
      : '';
  const shift = (left ? -1 : 1) * (16 + size * 3);
  return `<circle cx="${x(lon)}" cy="${y(lat)}" r="${5 + size * 1.5}" fill="#6b2c1f"/>${ring}
    <text x="${x(lon) + shift}" y="${y(lat) + 9}" class="place s${size}" text-anchor="${left ? 'end' : 'start'}">${name}</text>`;
}

const picture = `<html lang="vi"><head><style>body{width:2800px;height:1960px;background:#fbfaf6;position:relative;overflow:hidden}svg{position:absolute;left:0;top:0}
.place{font:500 27px 'Be Vietnam Pro';fill:#33231c;paint-order:stroke;stroke:#fff;stroke-width:6px;stroke-linejoin:round}.s2{font-weight:700;font-size:33px}.s3{font-weight:800;font-size:42px}
.by{font:italic 400 36px 'Be Vietnam Pro';fill:#7d776b}.sea{font:italic 400 54px 'Be Vietnam Pro';fill:#5590ac}
aside{position:absolute;right:0;top:0;width:760px;height:1960px;background:#fff;border-left:3px solid #d9d3c5;padding:70px 60px;font-size:27px;line-height:1.5}
h1{font-size:47px;line-height:1.28;color:#8a3a28;margin:0 0 14px}.big{display:flex;gap:30px;margin:26px 0 12px}.big b{display:block;font-size:58px;line-height:1.1;color:#8a3a28}
h2{font-size:31px;color:#8a3a28;margin:38px 0 10px}.key{display:flex;align-items:center;gap:18px;margin:11px 0}.key i{width:58px;height:36px;border-radius:6px;border:2px solid #a48f77;flex:none}
.note{position:absolute;left:60px;right:60px;bottom:56px;background:#f8efe4;border-radius:14px;padding:24px 30px;font-size:24px;line-height:1.5}</style></head><body>
<svg width="2040" height="1960" viewBox="0 0 2040 1960"><rect width="2040" height="1960" fill="#efece2"/>
<path d="${smooth(
  [
    [106.6, 10.1],
    [106.72, 10.25],
    [106.79, 10.38],
  ],
  true,
)}${smooth(lines.canGioCoast.toReversed(), false)}${smooth(lines.vungTauCoast.toReversed(), false)}${smooth(
  [
    [107.57, 10.52],
    [107.7, 10.58],
    [107.85, 10.62],
  ],
  false,
)}L2200 2100L300 2100Z" fill="#cfe6ef" stroke="#7fb0c4" stroke-width="4"/>
${areas.map(([path, fill]) => `<path d="${path}" fill="${fill}" stroke="#a48f77" stroke-width="4" stroke-dasharray="14 8"/>`).join('')}
<path d="${ring('binhDuongOuter', 'cityEast', 'vungTauNorth', 'vungTauCoast', 'canGioCoast', 'cityWest')}" fill="none" stroke="#8a3a28" stroke-width="8" stroke-linejoin="round"/>
${rivers.map((river) => `<path d="${smooth(river, true)}" fill="none" stroke="#5ea3c4" stroke-width="9" stroke-linecap="round"/>`).join('')}
<path id="sg" d="${smooth(
  [
    [106.5, 11.115],
    [106.6, 11.02],
    [106.68, 10.95],
  ],
  true,
)}" fill="none"/><text style="font:italic 400 25px 'Be Vietnam Pro';fill:#2f7597" dy="-6"><textPath href="#sg">sông Sài Gòn</textPath></text>
<text x="${x(107.1)}" y="${y(11.19)}" style="font:italic 400 25px 'Be Vietnam Pro';fill:#2f7597">sông Đồng Nai</text>
${neighbours.map(([name, lon, lat, turn]) => `<text class="by" text-anchor="middle" transform="translate(${x(lon)} ${y(lat)}) rotate(${turn})">${name}</text>`).join('')}
<text class="sea" x="${x(107.3)}" y="${y(10.28)}">Biển Đông</text>${places.map(place).join('')}
<g transform="translate(1810 130)"><path d="M0-80 26 20 0 2-26 20Z" fill="#8a3a28"/><text y="64" text-anchor="middle" style="font:700 36px 'Be Vietnam Pro';fill:#8a3a28">B</text></g>
<g transform="translate(70 1640)"><rect width="400" height="250" rx="14" fill="#cfe6ef" stroke="#8a3a28" stroke-width="4"/><path d="M118 150c20-40 60-30 84-52 24-20 50-34 66-8 12 22-24 30-34 54-12 30-46 26-66 36-26 12-62 2-50-30Z" fill="#cfe0b4" stroke="#8a3a28" stroke-width="4"/><circle cx="196" cy="146" r="8" fill="#6b2c1f"/><text x="24" y="46" class="place s2" style="stroke:none">Đặc khu Côn Đảo</text><text x="24" y="228" style="font:400 22px 'Be Vietnam Pro';fill:#3f7286">khung phụ, ở phía nam</text></g></svg>
<aside><h1>Thành phố Hồ Chí Minh sau sắp xếp</h1><div>Đơn vị hành chính từ ngày 01/7/2025: hợp nhất Thành phố Hồ Chí Minh, tỉnh Bình Dương và tỉnh Bà Rịa – Vũng Tàu.</div>
<div class="big"><div><b>168</b>đơn vị cấp xã</div><div><b>6 772,6</b>km² diện tích</div></div><div class="big"><div><b>113</b>phường</div><div><b>54</b>xã</div><div><b>1</b>đặc khu</div></div>
<h2>Chú giải</h2><div class="key"><i style="background:#f3b9a4"></i>Thành phố Hồ Chí Minh trước 01/7/2025</div><div class="key"><i style="background:#f6dcae"></i>Tỉnh Bình Dương trước 01/7/2025</div><div class="key"><i style="background:#cfe0b4"></i>Tỉnh Bà Rịa – Vũng Tàu trước 01/7/2025</div>
<div class="key"><i style="border:0;border-top:8px solid #8a3a28;height:8px;border-radius:0"></i>Ranh giới thành phố hiện nay</div><div class="key"><i style="border:0;border-top:5px dashed #a48f77;height:5px;border-radius:0"></i>Ranh giới các tỉnh, thành phố trước đây</div><div class="key"><i style="border:0;border-top:9px solid #5ea3c4;height:9px"></i>Sông</div>
<h2>Quanh trường em</h2><div>Khu vực Thuận An cũ nay gồm năm phường: <b>Lái Thiêu, Thuận Giao, An Phú, Thuận An, Bình Hoà</b>.</div>
<h2>Em thử trả lời</h2><div>1. Thành phố giáp những tỉnh nào?<br>2. Sông nào chảy qua trung tâm thành phố?<br>3. Đi từ Lái Thiêu đến Vũng Tàu là đi về hướng nào?</div>
<div class="note"><b>Lược đồ minh hoạ, không theo tỉ lệ.</b> Đường ranh giới được vẽ phỏng chừng để dạy học, không dùng để xác định địa giới. Nhóm GV Địa lí, Trường THCS Thuận Giao (mẫu), 2025. CC BY 4.0.</div></aside></body></html>`;

export async function makeMap(browser) {
  const page = await openPage(browser, picture, { width: 2800, height: 1960 });
  await page.screenshot({ path: join(out, 'luoc-do-tphcm.png') });
  await page.close();
}
