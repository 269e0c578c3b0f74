/** Learning platforms such as Moodle, and choosing for one. */
export const viLti = {
  'nav.platforms': 'Lớp học trực tuyến',
  'choosing.label': 'Chọn tài liệu cho lớp học',
  'choosing.for': 'Chọn cho {platform}',
  'choosing.count': 'Đã chọn {count}',
  'choosing.record': 'Chọn tài liệu này',
  'choosing.page': 'Chọn trang {page}',
  'choosing.choose': 'Chọn',
  'choosing.one': 'Chọn {title}',
  'choosing.chosen': 'Đã chọn',
  'choosing.send': 'Gửi về lớp học',
  'choosing.listed': 'Tài liệu đã chọn',
  'choosing.drop': 'Bỏ ra',
  'choosing.closedTitle': 'Học sinh chưa mở được',
  'choosing.closedSays': 'Thầy cô đọc được những tài liệu này, nhưng học sinh từ lớp học thì không:',
  'choosing.again': 'Chọn lại',
  'choosing.sendAnyway': 'Vẫn gửi',
} as const;
