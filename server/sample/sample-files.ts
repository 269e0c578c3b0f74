export interface SampleFile {
  /** A record of sample-records.json. */
  recordId: string;
  /** Name in server/sample/files/. */
  file: string;
  /** The name it is given in the library, as a school would name it. */
  name: string;
}

const of = (recordId: string, file: string, name: string): SampleFile => ({ recordId, file, name });

/** Files of the sample library. Within a record the first is the one that "Đọc" opens. */
export const sampleFiles: readonly SampleFile[] = [
  of('R01', 'truyen-kieu.pdf', 'Truyện Kiều.pdf'),
  of('R01', 'truyen-kieu-ban-quet.pdf', 'Truyện Kiều (bản quét).pdf'),
  of('R28', 'khbd-bai-hoc-duong-doi.pdf', 'KHBD_NguVan6_Tuan1_BaiHocDuongDoi.pdf'),
  of('R28', 'KHBD_NguVan6_Tuan1_BaiHocDuongDoi.docx', 'KHBD_NguVan6_Tuan1_BaiHocDuongDoi.docx'),
  of('R29', 'bai-giang-tam-giac-can.pdf', 'BGDT_Toan7_TamGiacCan.pdf'),
  of('R30', 'de-kiem-tra-gdcd8.pdf', 'DeKT_GDCD8_CuoiHKI.pdf'),
  of('R31', 'phieu-su-chuyen-the.pdf', 'PHT_KHTN6_SuChuyenThe.pdf'),
  of('R32', 'bach-dang-938.mp4', 'Chiến thắng Bạch Đằng năm 938.mp4'),
  of('R32', 'bach-dang-938.vtt', 'Chiến thắng Bạch Đằng năm 938.vtt'),
  of('R33', 'thi-nghiem-mach-dien.html', 'Thí nghiệm ảo - Mạch điện.html'),
  of('R34', 'an-toan-thong-tin.epub', 'An toàn thông tin trên Internet.epub'),
  of('R35', 'luoc-do-tphcm.png', 'Lược đồ Thành phố Hồ Chí Minh.png'),
  of('R36', 'lam-quen-chu-cai.zip', 'Làm quen chữ cái a, ă, â.zip'),
  of('R36', 'doc-chu-a.mp3', 'Đọc chữ a, ă, â.mp3'),
  of('R37', 'skkn-doc-dung-van-kho.pdf', 'SKKN_TiengViet1_DocDungVanKho.pdf'),
  of('R40', 'stem-den-ngu.pdf', 'STEM_CongNghe8_DenNgu.pdf'),
];
