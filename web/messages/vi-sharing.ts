/** Other catalogues whose records are found here. */
export const viSharing = {
  'nav.peers': 'Thư viện liên thông',
  'nav.sources': 'Nguồn liên thông',
  'record.fromSource': 'Biểu ghi của {name}',
  'record.fromSourceSays': 'Tài liệu do nơi đó giữ và mô tả. Thư viện này chỉ giúp tìm thấy.',
  'record.confirmedGone': '{name} đã gỡ, {copies} bản sao, {date}',
} as const;
