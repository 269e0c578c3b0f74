/** Truyện Kiều: its verses and where its well-known passages begin. */
import { readFileSync } from 'node:fs';

const verses = readFileSync(new URL('../truyen-kieu.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');

/** Passage titles are ours or the schoolbooks' usual ones; each is found by its first verse, so a cut verse is noticed. */
const parts = [
  [
    'Phần thứ nhất. Gặp gỡ và đính ước',
    [
      ['Lời mở đầu', 'Trăm năm trong cõi người ta'],
      ['Gia cảnh họ Vương, chị em Thuý Kiều', 'Rằng năm Gia Tĩnh triều Minh'],
      ['Cảnh ngày xuân', 'Ngày xuân con én đưa thoi'],
      ['Trước mộ Đạm Tiên', 'Sè sè nấm đất bên đàng'],
      ['Kim Trọng gặp Thuý Kiều', 'Dùng dằng nửa ở nửa về'],
      ['Giấc mộng Đạm Tiên', 'Kiều từ trở gót trướng hoa'],
      ['Kim Trọng tìm đến bên tường', 'Chàng Kim từ lại thư song'],
      ['Tình sâu', 'Từ phen đá biết tuổi vàng'],
      ['Thề nguyền', 'Cửa ngoài vội rủ rèm the'],
      ['Kim Trọng về hộ tang chú', 'Bóng tàu vừa lạt vẻ ngân'],
    ],
  ],
  [
    'Phần thứ hai. Gia biến và lưu lạc',
    [
      ['Nhà họ Vương mắc oan', 'Nàng còn đứng tựa hiên tây'],
      ['Trao duyên', 'Một mình nàng ngọn đèn khuya'],
      ['Theo Mã Giám Sinh', 'Xiết bao kể nỗi thảm sầu'],
      ['Kiều ở lầu Ngưng Bích', 'Trước lầu Ngưng Bích khóa xuân'],
      ['Mắc lừa Sở Khanh', 'Một chàng vừa trạc thanh xuân'],
      ['Nỗi thương mình', 'Lầu xanh, mới rủ trướng đào'],
      ['Gặp Thúc Sinh', 'Khách du bỗng có một người'],
      ['Thúc ông nổi giận, Kiều ra cửa quan', 'Nửa năm hơi tiếng vừa quen'],
      ['Thúc Sinh từ biệt Thuý Kiều', 'Người lên ngựa kẻ chia bào'],
      ['Rơi vào tay Hoạn Thư', 'Nàng từ chiếc bóng song the'],
      ['Trốn khỏi nhà Hoạn Thư', 'Cất mình qua ngọn tường hoa'],
      ['Bạc Bà, Bạc Hạnh', 'Kíp toan kiếm chốn xe dây'],
      ['Gặp Từ Hải', 'Lần thu gió mát trăng thanh'],
      ['Chí khí anh hùng', 'Nửa năm hương lửa đương nồng'],
      ['Báo ân báo oán', 'Trướng hùm mở giữa trung quân'],
      ['Từ Hải mắc mưu Hồ Tôn Hiến', 'Có quan tổng đốc trọng thần'],
      ['Bên sông Tiền Đường', 'Trong quân mở tiệc hạ công'],
      ['Giác Duyên cứu Kiều', 'Giác Duyên từ tiết giã màng'],
    ],
  ],
  [
    'Phần thứ ba. Đoàn tụ',
    [
      ['Kim Trọng trở lại vườn Thuý', 'Nỗi nàng tai nạn đã đầy'],
      ['Lập đàn bên sông, gặp lại Thuý Kiều', 'Hàng Châu đến đó bây giờ'],
      ['Kim Kiều tái hợp', 'Nhà vừa mở tiệc đoàn viên'],
      ['Lời kết', 'Ngẫm hay muôn sự tại trời'],
    ],
  ],
];

function verseOf(start) {
  const at = verses.findIndex((verse) => verse.startsWith(start));
  if (at < 0 || at % 2 === 1) throw new Error(`no couplet begins with: ${start}`);
  return at;
}

/** `[{ title, passages: [{ title, from, to }] }]`: verse indexes from 0, `to` exclusive, in order and without gaps. */
export function poemParts() {
  const starts = parts.flatMap(([, passages]) => passages.map(([, start]) => verseOf(start)));
  if (starts.some((at, i) => i > 0 && at <= starts[i - 1])) throw new Error('passages are out of order');
  let next = 0;
  return parts.map(([title, passages]) => ({
    title,
    passages: passages.map(([name]) => ({ title: name, from: starts[next++], to: starts[next] ?? verses.length })),
  }));
}

export { verses };
