/** What happened, what is safe, what to do: one for every code of server/errors.ts, and `offline` of our own. */
export const viErrors = {
  'error.offline': 'Không kết nối được với thư viện. Những gì bạn đã nhập vẫn còn đây. Kiểm tra mạng rồi thử lại.',
  'error.not-found': 'Không tìm thấy. Địa chỉ có thể đã cũ, hoặc mục này đã được xoá.',
  'error.not-valid': 'Có chỗ điền chưa đúng. Xem lại các ô được đánh dấu rồi gửi lại.',
  'error.not-signed-in': 'Phiên làm việc đã hết. Đăng nhập lại để tiếp tục; những gì đang nhập dở vẫn được giữ.',
  'error.not-allowed': 'Tài khoản của bạn không có quyền làm việc này. Nếu cần, hãy nhờ thủ thư.',
  'error.csrf-mismatch': 'Bạn đã đăng nhập hoặc đăng xuất ở thẻ khác. Tải lại trang này rồi làm lại.',
  'error.too-many-requests': 'Có quá nhiều yêu cầu trong một lúc. Chờ một chút rồi thử lại.',
  'error.body-too-large': 'Nội dung gửi lên lớn quá mức thư viện nhận. Chưa có gì được lưu; hãy rút gọn rồi gửi lại.',
  'error.media-type-unsupported': 'Thư viện không nhận kiểu nội dung này. Chưa có gì được lưu.',
  'error.range-not-satisfiable': 'Phần tệp được yêu cầu không tồn tại. Tải lại trang rồi mở tệp lần nữa.',
  'error.internal-error':
    'Thư viện gặp lỗi. Dữ liệu đã lưu vẫn an toàn. Thử lại sau ít phút; nếu vẫn lỗi, hãy báo người phụ trách.',
  'error.search-unavailable':
    'Phần tìm kiếm đang tạm nghỉ. Tài liệu vẫn còn nguyên và vẫn mở được. Thử lại sau ít phút.',
  'error.search-rebuilding':
    'Đang dựng lại chỉ mục tìm kiếm. Tài liệu vẫn còn nguyên và vẫn mở được. Thử lại sau ít phút.',
  'error.saved-searches-full': 'Bạn đã lưu {most} lượt tìm, là số nhiều nhất. Bỏ bớt một lượt rồi lưu lại.',
  'error.database-unavailable': 'Thư viện tạm thời chưa kết nối được cơ sở dữ liệu. Việc vừa làm chưa được lưu; hãy thử lại sau ít giây.',
  'error.storage-unavailable': 'Chưa lấy được tệp từ kho. Thử lại sau ít phút; nếu vẫn lỗi, hãy báo người phụ trách.',
  'error.storage-full':
    'Kho của thư viện đã đầy nên chưa nhận thêm được. Những gì đã lưu vẫn an toàn. Hãy báo người phụ trách.',
  'error.already-set-up': 'Thư viện này đã được thiết lập rồi. Hãy đăng nhập.',
  'error.not-set-up': 'Thư viện chưa được thiết lập. Mở trang chủ để bắt đầu.',
  'error.sign-in-failed': 'Tên đăng nhập hoặc mật khẩu chưa đúng. Xem lại rồi thử lần nữa.',
  'error.sign-in-throttled':
    'Đã thử sai nhiều lần nên tạm khoá {minutes} phút. Chờ rồi thử lại, hoặc nhờ thủ thư đặt lại mật khẩu.',
  'error.account-disabled': 'Tài khoản này đang bị khoá. Hãy hỏi thủ thư của trường.',
  'error.password-wrong': 'Mật khẩu hiện tại chưa đúng. Mật khẩu vẫn như cũ.',
  'error.password-too-common': 'Mật khẩu này quá dễ đoán. Chọn một mật khẩu khác, ví dụ vài từ ghép lại.',
  'error.password-must-change': 'Bạn cần đổi mật khẩu trước khi tiếp tục.',
  'error.username-taken': 'Tên đăng nhập {username} đã có người dùng. Chọn tên khác.',
  'error.last-administrator':
    'Đây là người quản lí cuối cùng của trường nên không thể khoá hay đổi vai trò. Hãy giao việc cho người khác trước.',
  'error.reset-token-invalid': 'Liên kết đặt lại mật khẩu đã hết hạn hoặc đã dùng. Hãy xin liên kết mới.',
  'error.mail-not-configured': 'Thư viện chưa gửi được thư điện tử. Hãy nhờ thủ thư đặt lại mật khẩu.',
  'error.record-not-found': 'Không tìm thấy tài liệu này. Có thể nó đã được gỡ, hoặc bạn cần đăng nhập để xem.',
  'error.record-withdrawn': 'Tài liệu này đã được thu hồi và không còn dùng được.',
  'error.record-deleted': 'Tài liệu này đang ở trong thùng rác. Thủ thư có thể lấy lại.',
  'error.record-not-publishable':
    'Chưa đưa vào sử dụng được: tài liệu cần có tên, và một tệp đọc được hoặc một liên kết. Hãy bổ sung rồi thử lại.',
  'error.record-state-wrong':
    'Trạng thái của tài liệu đã thay đổi nên việc này không còn phù hợp. Tải lại trang để xem.',
  'error.version-conflict': 'Có người vừa sửa mục này. Chưa có gì của bạn bị mất. Tải lại để xem bản mới rồi làm lại.',
  'error.term-unknown': 'Mục được chọn không còn trong danh mục. Hãy chọn mục khác.',
  'error.scope-too-wide': 'Giấy phép này không cho chia sẻ rộng như vậy. Chọn phạm vi hẹp hơn hoặc giấy phép khác.',
  'error.link-only-licence': 'Giấy phép này chỉ cho đặt liên kết, không giữ tệp. Đổi giấy phép, hoặc bỏ tệp ra.',
  'error.nothing-to-undo': 'Không có gì để hoàn tác: bản này giống bản hiện tại.',
  'error.file-not-found': 'Không tìm thấy tệp này. Có thể nó đã được gỡ khỏi tài liệu.',
  'error.file-not-readable': 'Tệp này không xem được từng trang. Bạn vẫn có thể tải về nếu giấy phép cho phép.',
  'error.page-not-found': 'Sách không có trang này.',
  'error.page-not-ready': 'Trang này đang được xử lí. Quay lại sau ít phút.',
  'error.download-not-licensed': 'Giấy phép của tài liệu không cho tải về. Bạn vẫn đọc được trên trang này.',
  'error.upload-not-found': 'Lần tải lên này không còn trên máy chủ. Chọn lại tệp để gửi từ đầu.',
  'error.upload-too-large':
    'Tệp lớn hơn mức thư viện nhận ({most}). Chia nhỏ tệp, hoặc quét lại ở độ phân giải thấp hơn.',
  'error.upload-offset-wrong': 'Lần tải lên bị lệch với máy chủ. Bấm thử lại để gửi tiếp.',
  'error.file-empty': 'Tệp này rỗng, không có gì bên trong. Kiểm tra tệp trên máy rồi chọn lại.',
  'error.already-held': 'Thư viện đã có đúng tệp này.',
  'error.document-damaged':
    'Tệp bị hỏng hoặc tải xuống chưa đủ nên không đọc được. Tệp gốc vẫn được giữ; hãy thay bằng bản tốt hơn.',
  'error.document-repaired':
    'Tệp có chỗ hỏng nhưng đã đọc được. Xem lại các trang; nếu thiếu, hãy thay bằng bản tốt hơn.',
  'error.document-text-only':
    'Các trang được dựng lại từ phần chữ của tệp để tìm và đọc được. Hình, bảng và cách trình bày có trong tệp tải về.',
  'error.document-has-no-pages': 'Tệp không có trang nào. Tệp gốc vẫn được giữ; hãy kiểm tra rồi thay bằng bản khác.',
  'error.document-too-many-pages':
    'Tệp có quá nhiều trang để xử lí một lần. Tệp gốc vẫn được giữ; hãy chia thành nhiều tập.',
  'error.document-needs-password': 'Tệp được khoá bằng mật khẩu. Nhập mật khẩu để mở; thư viện không lưu mật khẩu này.',
  'error.document-password-wrong': 'Mật khẩu chưa đúng. Thử lại với mật khẩu khác.',
  'error.document-too-slow':
    'Xử lí tệp này mất quá lâu nên đã dừng. Tệp gốc vẫn được giữ. Bấm thử lại, hoặc thay bằng bản nhẹ hơn.',
  'error.document-too-much-memory':
    'Tệp này nặng quá sức máy chủ nên đã dừng. Tệp gốc vẫn được giữ. Hãy chia nhỏ hoặc thay bằng bản nhẹ hơn.',
  'error.document-process-died': 'Việc xử lí bị ngắt giữa chừng. Tệp gốc vẫn được giữ. Bấm thử lại.',
  'error.image-too-large': 'Ảnh có kích thước quá lớn. Tệp gốc vẫn được giữ; hãy thu nhỏ ảnh rồi thay vào.',
  'error.image-damaged': 'Ảnh bị hỏng nên không hiện được. Tệp gốc vẫn được giữ; hãy thay bằng bản khác.',
  'error.archive-damaged': 'Tệp nén bị hỏng hoặc chưa đủ. Tệp gốc vẫn được giữ; hãy nén lại rồi thay vào.',
  'error.archive-unsafe-name':
    'Tệp nén có tên tệp bên trong không an toàn nên không được mở. Hãy nén lại từ thư mục ảnh.',
  'error.archive-too-large': 'Tệp nén bung ra lớn quá mức cho phép nên không được mở. Hãy chia thành nhiều tệp.',
  'error.archive-too-many-entries': 'Tệp nén có quá nhiều tệp bên trong. Hãy chia thành nhiều tệp nén.',
  'error.archive-nested-too-deep': 'Tệp nén chứa nhiều lớp tệp nén khác. Hãy bung ra rồi nén lại một lớp.',
  'error.archive-encrypted': 'Tệp nén có mật khẩu nên không mở được. Hãy nén lại không đặt mật khẩu.',
  'error.archive-without-images': 'Tệp nén không có ảnh trang nào. Tệp vẫn được giữ và tải về được.',
  'error.text-encoding-unknown':
    'Không nhận ra bảng mã chữ của tệp. Tệp vẫn được giữ; hãy lưu lại dưới dạng UTF-8 rồi thay vào.',
  'error.text-recognition-failed':
    'Không nhận dạng được chữ trên một số trang. Ảnh trang vẫn xem được; bấm thử lại để nhận dạng lần nữa.',
  'error.format-not-read': 'Thư viện giữ tệp này và cho tải về, nhưng chưa xem được từng trang.',
  'error.image-request-invalid': 'Địa chỉ ảnh không đúng.',
  'fault.too_small': 'Ô này còn trống hoặc quá ngắn.',
  'fault.too_big': 'Nội dung dài quá mức cho phép.',
  'fault.invalid_type': 'Ô này còn thiếu.',
  'fault.invalid_format': 'Chưa đúng dạng.',
  'fault.invalid_value': 'Hãy chọn một mục trong danh sách.',
} as const;
