/** What each of the 40 records is about, in one or two sentences of our own, and words it may be sought by. */
export interface SampleText {
  abstract: string;
  keywords: string[];
}

const link = 'Thư viện chỉ giữ thông tin và đường dẫn, không giữ bản số của sách; bạn đọc trên trang của nhà xuất bản.';
const bare = 'Biểu ghi mẫu, chưa có tệp đọc kèm theo.';

const text = (abstract: string, ...keywords: string[]): SampleText => ({ abstract, keywords });

/** By id of sample-records.json. */
export const sampleTexts: Readonly<Record<string, SampleText>> = {
  R01: text(
    'Truyện thơ lục bát 3254 câu kể mười lăm năm lưu lạc của Thuý Kiều. Có bản chữ đọc và tìm được từng câu, cùng bản quét mười hai trang đầu.',
    'Đoạn trường tân thanh',
    'thơ lục bát',
    'Thuý Kiều',
    'văn học trung đại',
  ),
  R02: text(
    `Truyện thơ lục bát về chàng Lục Vân Tiên và nàng Kiều Nguyệt Nga, đề cao nghĩa khí và lòng thuỷ chung. ${bare}`,
    'truyện thơ Nôm',
    'Kiều Nguyệt Nga',
    'văn học trung đại',
  ),
  R03: text(
    `Tiểu thuyết về cảnh sưu thuế ở làng quê trước năm 1945 và người mẹ nghèo là chị Dậu. ${bare}`,
    'chị Dậu',
    'văn học hiện thực',
    'tức nước vỡ bờ',
  ),
  R04: text(
    `Truyện ngắn về một người nông dân bị đẩy vào đường cùng và khát vọng được làm người lương thiện. ${bare}`,
    'làng Vũ Đại',
    'văn học hiện thực',
    'truyện ngắn',
  ),
  R05: text(
    `Tập truyện ngắn nhẹ nhàng, giàu thương cảm; có truyện về những đứa trẻ chia nhau chiếc áo ấm trong gió lạnh đầu mùa. ${bare}`,
    'truyện ngắn',
    'Gió lạnh đầu mùa',
    'Tự lực văn đoàn',
  ),
  R06: text(
    `Tiểu thuyết trào phúng về một kẻ gặp may giữa xã hội thị thành chạy theo lối sống mới. ${bare}`,
    'Xuân Tóc Đỏ',
    'trào phúng',
    'tiểu thuyết',
  ),
  R07: text(
    `Sưu tập truyện cổ dân gian người Việt: cổ tích, ngụ ngôn và truyện về loài vật. ${bare}`,
    'truyện cổ tích',
    'văn học dân gian',
    'truyện ngụ ngôn',
  ),
  R08: text(
    `Sưu tập tục ngữ, ca dao, câu đố của người Việt, dùng để tra cứu khi học văn học dân gian. ${bare}`,
    'tục ngữ',
    'ca dao',
    'văn học dân gian',
  ),
  R09: text(
    `Tập truyện kể bằng chữ quốc ngữ in sớm ở Nam Kì, lời kể gần với tiếng nói hằng ngày. ${bare}`,
    'truyện dân gian',
    'chữ quốc ngữ',
    'Nam Kì',
  ),
  R10: text(
    `Sách lịch sử Việt Nam viết bằng chữ quốc ngữ đầu thế kỉ XX, từ thời lập quốc đến thời Pháp thuộc. ${bare}`,
    'lịch sử Việt Nam',
    'thông sử',
  ),
  R11: text(
    `Khảo cứu phong tục trong gia đình, làng xã và xã hội Việt Nam đầu thế kỉ XX. ${bare}`,
    'phong tục',
    'văn hoá làng xã',
    'lễ tết',
  ),
  R12: text(
    `Văn kiện được đọc tại Quảng trường Ba Đình ngày 2 tháng 9 năm 1945, khai sinh nước Việt Nam Dân chủ Cộng hoà. ${bare}`,
    'Cách mạng tháng Tám',
    'văn chính luận',
    'Ba Đình',
  ),
  R13: text(
    `Đạo luật cơ bản của Nhà nước: chế độ chính trị, quyền con người, quyền và nghĩa vụ công dân, tổ chức bộ máy. ${bare}`,
    'quyền con người',
    'quyền công dân',
    'pháp luật',
  ),
  R14: text(
    `Luật quy định về thành lập, hoạt động của thư viện, quyền và nghĩa vụ của người sử dụng thư viện. ${bare}`,
    'thư viện',
    'pháp luật',
  ),
  R15: text(
    `Tiêu chuẩn về tài nguyên thông tin, cơ sở vật chất, thiết bị, hoạt động và quản lí của thư viện trường học. ${bare}`,
    'thư viện trường học',
    'tiêu chuẩn thư viện',
  ),
  R16: text(
    `Phần tổng thể của chương trình: mục tiêu, phẩm chất và năng lực, các môn học và thời lượng từ lớp 1 đến lớp 12. ${bare}`,
    'chương trình 2018',
    'phẩm chất',
    'năng lực',
  ),
  R17: text(`Sách giáo khoa Toán lớp 6, tập một. ${link}`, 'số tự nhiên', 'số nguyên', 'hình học trực quan'),
  R18: text(`Sách giáo khoa Ngữ văn lớp 6, tập một. ${link}`, 'đọc hiểu', 'truyện đồng thoại', 'thơ'),
  R19: text(`Sách giáo khoa Khoa học tự nhiên lớp 6. ${link}`, 'chất', 'tế bào', 'lực và năng lượng'),
  R20: text(`Sách giáo khoa Lịch sử và Địa lí lớp 6. ${link}`, 'lịch sử cổ đại', 'Trái Đất', 'bản đồ'),
  R21: text(`Sách giáo khoa Giáo dục công dân lớp 8. ${link}`, 'truyền thống dân tộc', 'lẽ phải', 'bảo vệ môi trường'),
  R22: text(`Sách giáo khoa Tiếng Việt lớp 1, tập một. ${link}`, 'học vần', 'tập đọc', 'tập viết'),
  R23: text(`Sách giáo khoa Toán lớp 1. ${link}`, 'đếm', 'phép cộng', 'phép trừ'),
  R24: text(`Sách giáo khoa Đạo đức lớp 3. ${link}`, 'kĩ năng sống', 'ứng xử'),
  R25: text(`Sách giáo khoa Tin học lớp 8. ${link}`, 'thông tin số', 'bảng tính', 'lập trình trực quan'),
  R26: text(`Sách học sinh Tiếng Anh lớp 6, tập một. ${link}`, 'từ vựng', 'ngữ pháp', 'nghe nói'),
  R27: text(`Sách giáo khoa Mĩ thuật lớp 6. ${link}`, 'vẽ', 'tạo hình'),
  R28: text(
    'Kế hoạch bài dạy hai tiết theo khung Công văn 5512, có phiếu học tập và bảng đánh giá đoạn văn. Có bản PDF để đọc và bản Word để sửa.',
    'Dế Mèn',
    'truyện đồng thoại',
    'công văn 5512',
    'giáo án',
  ),
  R29: text(
    'Mười hai trang trình chiếu có hình vẽ: định nghĩa, tính chất, dấu hiệu tam giác cân; đường trung trực và cách dựng; bài luyện tập có đáp án.',
    'tam giác cân',
    'đường trung trực',
    'hình học phẳng',
  ),
  R30: text(
    'Bộ đề 45 phút gồm ma trận, bản đặc tả, 20 câu hỏi theo bốn dạng, đáp án và hướng dẫn chấm; tỉ lệ biết 40%, hiểu 30%, vận dụng 30%.',
    'ma trận đề',
    'bản đặc tả',
    'đáp án',
    'học kì I',
  ),
  R31: text(
    'Phiếu làm theo nhóm: gọi tên sáu quá trình chuyển thể, vẽ đồ thị đun nước đá, nối hiện tượng với quá trình; trang cuối là gợi ý cho giáo viên.',
    'nóng chảy',
    'bay hơi',
    'ngưng tụ',
    'thể của chất',
  ),
  R32: text(
    'Lược đồ động dài 18 giây, không có tiếng, lời thuyết minh hiện trên hình: bãi cọc, nước triều và trận phản công. Có tệp phụ đề.',
    'Ngô Quyền',
    'Bạch Đằng',
    'bãi cọc',
    'quân Nam Hán',
  ),
  R33: text(
    'Trang thí nghiệm chạy không cần mạng: đổi cách mắc, nguồn và điện trở rồi đọc số đo và độ sáng của hai đèn. Tải về máy để mở.',
    'mạch điện',
    'định luật Ohm',
    'mô phỏng',
  ),
  R34: text(
    'Sách điện tử năm chương ngắn về thông tin riêng tư, mật khẩu, nhận ra lừa đảo và ứng xử tử tế trên mạng, có bài tự kiểm tra.',
    'an toàn mạng',
    'mật khẩu',
    'lừa đảo trực tuyến',
    'bắt nạt trên mạng',
  ),
  R35: text(
    'Lược đồ minh hoạ, không theo tỉ lệ: Thành phố Hồ Chí Minh sau khi hợp nhất với Bình Dương và Bà Rịa – Vũng Tàu, các tỉnh giáp ranh, sông và câu hỏi cho học sinh.',
    'Thành phố Hồ Chí Minh',
    'Bình Dương',
    'Bà Rịa – Vũng Tàu',
    'lược đồ',
    'địa phương',
  ),
  R36: text(
    'Sách tranh mười trang cho trẻ 5–6 tuổi làm quen chữ a, ă, â, kèm một tệp âm thanh đọc chữ bằng giọng tổng hợp.',
    'làm quen chữ cái',
    'sách tranh',
    'trẻ 5–6 tuổi',
  ),
  R37: text(
    'Báo cáo năm biện pháp luyện đọc vần khó ở lớp 1: phân nhóm vần, soi gương, thẻ trượt, đọc đôi, góc thơ. Trường, người và số liệu là giả định.',
    'học vần',
    'luyện đọc',
    'âm đệm',
    'sáng kiến',
  ),
  R38: text(
    `Tài liệu giáo dục địa phương dùng cho lớp 7 của tỉnh Bình Dương trước ngày 01/7/2025. ${bare}`,
    'Bình Dương',
    'giáo dục địa phương',
  ),
  R39: text(`Đề tham khảo môn Toán cho học sinh ôn thi vào lớp 10. ${bare}`, 'thi vào lớp 10', 'ôn thi'),
  R40: text(
    'Bài học STEM ba tiết: làm đèn ngủ chạy pin từ vật liệu tái chế; có sơ đồ mạch, phép tính điện trở, các bước làm và tiêu chí chấm điểm.',
    'STEM',
    'mạch điện',
    'vật liệu tái chế',
    'LED',
  ),
};
