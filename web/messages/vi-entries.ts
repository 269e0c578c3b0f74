/** Records that are one entry. */
export const viEntries = {
  'nav.duplicates': 'Biểu ghi trùng',
  'holders.title': 'Nơi có tài liệu này',
  'holders.count': '{count} nơi có',
  'holders.otherPrinting': 'bản in khác',
  'holders.readable': 'đọc được ở đây',
  'holders.split': 'Tách biểu ghi này ra',
  'holders.splitDone': 'Đã tách ra. Nếu nhầm, bỏ quyết định ở trang Biểu ghi trùng.',
} as const;
