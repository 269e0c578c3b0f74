/** Why a copy, a move or an export cannot be done, in words for whoever runs the command: Vietnamese, then English. */
const sentences = {
  'backup-not-found': ['Không có bản sao lưu ở {at}.', 'There is no backup at {at}.'],
  'backup-incomplete': ['Bản sao lưu thiếu {what}.', 'The backup lacks {what}.'],
  'backup-damaged': ['Bản sao lưu hỏng: {what}.', 'The backup is damaged: {what}.'],
  'backup-unsafe': ['Bản sao lưu có tên hoặc nội dung không được phép: {what}.', 'The backup has names or contents that are not allowed: {what}.'],
  'backup-newer': ['Bản sao lưu do phiên bản mới hơn tạo ra ({version}, {level}); hãy cập nhật Tủ Sách trước.', 'The backup was made by a newer version ({version}, {level}); update Tủ Sách first.'],
  'not-a-backup': ['{at} đã có nội dung khác, không phải bản sao lưu của Tủ Sách.', '{at} holds something else, not a backup of Tủ Sách.'],
  'target-full': ['Nơi ghi đã đầy: {at}. Những gì có ở đó từ trước vẫn nguyên vẹn.', 'No room left at {at}. What was there before is as it was.'],
  'target-in-use': ['Thư viện đích đang chạy ({processes}). Hãy dừng nó trước.', 'The library to write to is running ({processes}). Stop it first.'],
  'target-not-empty': [
    'Thư viện đích đang có {records} biểu ghi, {people} người dùng. Thêm --force nếu muốn thay toàn bộ.',
    'The library to write to holds {records} records and {people} people. Add --force to replace all of it.',
  ],
  'target-unreadable': ['Không mở được thư viện đích: {why}.', 'The library to write to cannot be opened: {why}.'],
  'library-in-use': [
    'Thư viện đang chạy ({processes}). Tệp đã được chuyển trước; hãy dừng thư viện rồi chạy lại lệnh này để chuyển phần còn lại.',
    'The library is running ({processes}). Its objects have been carried; stop it and run this again for the rest.',
  ],
  'same-place': ['Nơi đến chính là nơi đang dùng: {at}.', 'The target is where the library is: {at}.'],
  'changed-meanwhile': ['Thư viện đã thay đổi trong khi chuyển. Hãy dừng mọi tiến trình rồi chạy lại.', 'The library changed while it was moved. Stop every process and run this again.'],
  'library-empty': ['Thư viện này chưa có gì.', 'This library holds nothing.'],
  'not-the-same': ['Nơi đến không giống nơi đi: {what}.', 'The target is not like the source: {what}.'],
  'school-unknown': ['Không có trường với mã {code}.', 'There is no school with the code {code}.'],
  'folder-not-empty': ['Thư mục {at} không trống.', 'The folder {at} is not empty.'],
  'address-wrong': ['Địa chỉ không dùng được: {what}.', 'Not an address that can be used: {what}.'],
} as const;

export type KeepingCode = keyof typeof sentences;

export class KeepingFault extends Error {
  constructor(
    readonly code: KeepingCode,
    readonly params: Record<string, string | number> = {},
    options?: ErrorOptions,
  ) {
    super(`${code}: ${inWords(code, params, 1)}`, options);
    this.name = 'KeepingFault';
  }

  /** Both languages, each on a line. */
  get words(): string {
    return `${inWords(this.code, this.params, 0)}\n${inWords(this.code, this.params, 1)}\n`;
  }
}

const inWords = (code: KeepingCode, params: Record<string, string | number>, language: 0 | 1): string =>
  sentences[code][language].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? ''));
