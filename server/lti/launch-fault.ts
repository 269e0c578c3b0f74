/**
 * Why something that came from a learning platform is not taken. It is shown as a page of its own inside that platform, before any script
 * of ours runs and in both languages, so the sentences stand here and not in web/messages. `vi` and `en` say what to do where one can.
 */
export const launchFaults = {
  'platform-unknown': [
    404,
    'Thư viện chưa biết hệ thống học tập này. Nhờ người quản trị thư viện thêm vào ở trang Lớp học trực tuyến.',
    'The library does not know this learning platform. An administrator of the library can add it.',
  ],
  'message-incomplete': [
    400,
    'Hệ thống học tập gửi thiếu thông tin để mở tài liệu.',
    'The learning platform sent too little to open this.',
  ],
  'message-too-large': [
    413,
    'Hệ thống học tập gửi một lời gọi quá dài.',
    'What the learning platform sent is too long.',
  ],
  'message-untrusted': [
    403,
    'Không xác minh được chữ kí của hệ thống học tập.',
    'The signature of the learning platform could not be verified.',
  ],
  'message-not-for-us': [
    403,
    'Lời gọi này không gửi cho thư viện này. Kiểm tra Client ID ở hai bên.',
    'This message is not for this library. Compare the client id on both sides.',
  ],
  'message-expired': [
    403,
    'Lời gọi đã quá hạn, hoặc đồng hồ hai máy chủ lệch nhau quá một phút. Quay lại lớp học và mở lần nữa.',
    'This message has expired, or the clocks of the two servers differ by more than a minute. Go back and open it again.',
  ],
  'message-kind': [
    400,
    'Thư viện chưa hiểu kiểu lời gọi này của hệ thống học tập.',
    'The library does not understand this kind of message.',
  ],
  'keys-unreachable': [
    502,
    'Chưa đọc được khoá của hệ thống học tập. Nếu hệ thống ấy ở trong mạng nội bộ, người quản trị thư viện cần cho phép máy đó ở trang Nguồn liên thông.',
    'The keys of the learning platform could not be read. When it lies in the inner network, an administrator has to allow that host.',
  ],
  'deployment-unknown': [
    403,
    'Deployment ID này chưa được khai ở thư viện. Nhờ người quản trị thư viện thêm vào.',
    'This deployment id is not registered at the library. An administrator can add it.',
  ],
  'state-unknown': [
    400,
    'Lần mở này đã dùng rồi hoặc đã quá năm phút. Quay lại lớp học và mở lần nữa.',
    'This was opened already, or more than five minutes ago. Go back and open it again.',
  ],
  'browser-other': [
    403,
    'Trình duyệt này không bắt đầu lần mở ấy, hoặc không giữ cookie. Quay lại lớp học và mở lần nữa, trong một cửa sổ mới.',
    'This browser did not begin this, or keeps no cookies. Go back and open it again, in a new window.',
  ],
  'nonce-wrong': [
    403,
    'Lời gọi này thuộc về một lần mở khác. Quay lại lớp học và mở lần nữa.',
    'This message belongs to another launch. Go back and open it again.',
  ],
  'target-elsewhere': [400, 'Địa chỉ cần mở không ở thư viện này.', 'The address to open is not of this library.'],
  'return-address': [
    400,
    'Địa chỉ để gửi tài liệu đã chọn về không dùng được.',
    'The address to return the choice to cannot be used.',
  ],
  'person-missing': [
    403,
    'Hệ thống học tập không cho biết ai đang chọn tài liệu.',
    'The learning platform does not say who is choosing.',
  ],
  'account-disabled': [
    403,
    'Tài khoản thư viện này đang bị khoá. Gặp thủ thư để mở lại.',
    'This account of the library is switched off. Ask the librarian.',
  ],
  'account-needs-password': [
    403,
    'Tài khoản này quản lí thư viện nên chỉ đăng nhập bằng mật khẩu, tại trang thư viện.',
    'This account keeps the library: it signs in with its password, at the library itself.',
  ],
  'platform-refused': [
    403,
    'Hệ thống học tập không xác nhận người dùng. Đăng nhập lại ở đó rồi mở lần nữa.',
    'The learning platform did not confirm who you are. Sign in there and open it again.',
  ],
  'choice-gone': [
    410,
    'Lần chọn tài liệu này đã gửi đi hoặc đã quá hạn. Quay lại lớp học và chọn lại.',
    'This choice was sent already, or has expired. Go back and choose again.',
  ],
  'registration-gone': [
    410,
    'Địa chỉ đăng kí này đã dùng hoặc đã quá một ngày. Người quản trị thư viện tạo địa chỉ mới.',
    'This registration address was used, or is older than a day. An administrator of the library can make a new one.',
  ],
  'registration-failed': [
    502,
    'Hệ thống học tập không nhận đăng kí. Khai bằng tay ở trang Lớp học trực tuyến của thư viện.',
    'The learning platform did not take the registration. Register by hand instead.',
  ],
} as const satisfies Record<string, readonly [status: number, vi: string, en: string]>;

export type LaunchFaultCode = keyof typeof launchFaults;

/** A no to a learning platform, or to the person who comes from it. `detail` is for whoever looks after it: no names, nothing secret. */
export class LaunchFault extends Error {
  constructor(
    readonly code: LaunchFaultCode,
    readonly detail = '',
    options?: ErrorOptions,
  ) {
    super(`${code}${detail ? ` (${detail})` : ''}`, options);
    this.name = 'LaunchFault';
  }
}
