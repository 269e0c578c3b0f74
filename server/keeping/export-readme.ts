/** The page that goes with an export, for whoever opens it in some years. */
export const exportReadme = (schools: readonly string[], { records, files }: { records: number; files: number }): string => `TỦ SÁCH: BẢN XUẤT CỦA ${schools.join(', ').toUpperCase()}

Trong thư mục này có ${records} biểu ghi và ${files} tệp.

tệp/                       Tệp gốc, đúng từng byte như khi tải lên. Mỗi biểu ghi một thư mục, tên theo nhan đề.
bieu-ghi.csv               Mỗi biểu ghi một dòng. Mở bằng Excel, LibreOffice (UTF-8).
bieu-ghi-marc21.xml        MARC 21 (MARCXML), nạp được vào phần mềm thư viện khác. Trường 856 $u là đường dẫn tới tệp.
bieu-ghi-dublin-core.xml   Dublin Core (oai_dc, ISO 15836-1).
sha256sums.txt             Mã kiểm tra. Kiểm tra bằng: sha256sum -c sha256sums.txt

Biểu ghi đã xoá không có ở đây; biểu ghi đã rút có ghi rõ. Tài khoản người dùng không được xuất.
Chỉ dùng tệp theo giấy phép ghi ở từng biểu ghi.
`;
