/** Learning platforms such as Moodle: what pages of readers say of them. */
export const viLti = {
  'nav.platforms': 'Lớp học trực tuyến',
  'choosing.choose': 'Chọn',
  'choosing.one': 'Chọn {title}',
  'choosing.chosen': 'Đã chọn',
} as const;
