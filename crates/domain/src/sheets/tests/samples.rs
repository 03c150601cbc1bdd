//! The seven forms that were sent, typed from them, by the maps that the command line's tests use.

use super::*;
use crate::text::legacy::Encoding;

/// The map of a sample.
macro_rules! sample {
    ($number:literal) => {
        map(include_str!(concat!("../../../../cli/tests/sheets/", $number, ".toml")))
    };
}

#[test]
fn tcvn3_with_a_heading_of_two_rows_and_marks() {
    let lines_01 = "C«ng an ph\u{ad}êng 1
||||||B¹c Liªu, ngµy 05 th¸ng 12 n¨m 2023

KÕt qu¶ b×nh xÐt khu d©n c\u{ad} ®¹t tiªu chuÈn
STT|Khu d©n c\u{ad} (khãm)|Sè hé|Sè nh©n khÈu|KÕt qu¶ b×nh xÐt|||Tû lÖ hé ®ång ý (%)|Ngµy häp b×nh xÐt|Ghi chó
||||§¹t|Kh«ng ®¹t|Ch\u{ad}a xÐt
(1)|(2)|(3)|(4)|(5)|(6)|(7)|(8)|(9)|(10)
n:1|Khãm 1|1.024|4.118|x|||98,5|05/11/2023
n:2|Khãm 2|867|3.402|X|||96|6/11/23
n:3|Khãm 3|1.310|5.027||x||71,25|ngµy 07 th¸ng 11 n¨m 2023|Tô ®iÓm
n:4|Khãm 4|  745 |2.981|x |||94,0|08.11.2023
n:5|Khãm 5|1.102|4.390|x|||97,75|9-11-2023
n:6|Khãm 6| 938|3.655|x|||95|10/11/2023
n:7|Khãm 7|1.487|5.906|||x|||Ch\u{ad}a häp
|Céng|7.473|29.479|n:5|n:1|n:1

|||||||tr\u{ad}ëng c«ng an ph\u{ad}êng";
    let mut sent = table("BiÓu 01", Some(".VnTime"), lines_01);
    sent.merges = vec![merge("E5", "G5"), merge("A5", "A6"), merge("B5", "B6"), merge("C5", "C6"), merge("I5", "I6")];
    sent.merges.push(merge("A4", "J4"));
    let reading = read(&sample!("01"), &[sent]);
    assert_eq!(reading.problems, []);
    assert_eq!(reading.warnings, []);
    assert_eq!(
        lines(&reading),
        [
            "Khóm 1|1024|4118|dat|98.5|2023-11-05",
            "Khóm 2|867|3402|dat|96|2023-11-06",
            "Khóm 3|1310|5027|khong_dat|71.25|2023-11-07",
            "Khóm 4|745|2981|dat|94|2023-11-08",
            "Khóm 5|1102|4390|dat|97.75|2023-11-09",
            "Khóm 6|938|3655|dat|95|2023-11-10",
            "Khóm 7|1487|5906|chua_xet||",
        ]
    );
    let read = &reading.tables[0];
    assert_eq!((&*read.table, read.encoding, read.heading_rows.clone()), ("Biểu 01", Encoding::Tcvn3, 5..=7));
    assert_eq!((read.first_row, read.last_row, read.name_in_file.as_str()), (Some(8), Some(14), "BiÓu 01"));
    assert_eq!(read.before_after[0], ("C«ng an ph\u{ad}êng 1".to_owned(), "Công an phường 1".to_owned()));
    assert_eq!(reading.skipped.iter().map(|skipped| skipped.row).collect::<Vec<_>>(), [Some(7), Some(15), Some(17)]);
}

#[test]
fn vni_with_codes_as_numbers_and_a_small_enterprise() {
    let sent = table(
        "Doanh nghieäp",
        Some("VNI-Times"),
        "DANH SAÙCH DOANH NGHIEÄP, CÔ QUAN, CÔ SÔÛ GIAÙO DUÏC

Soá TT|Teân ñôn vò|Maõ soá thueá|Loaïi hình|Quy moâ|Soá lao ñoäng|Ñieåm töï chaám|Xeáp loaïi|Ngaøy ñaêng kyù
n:1|Nhaø maùy may Khaùnh Bình|n:1900123456|Doanh nghieäp|Lôùn|1.250|92,5|Xuaát saéc|d:2023-02-15
n:2|Coâng ty TNHH Thuûy saûn Gaønh Haøo|n:190234567|Doanh nghieäp|Vöøa|186|85,25|Khaù|20/02/2023
n:3|Tröôøng THPT Leâ Thò Rieâng|n:1900345678|Cô sôû giaùo duïc||94|n:88|Khaù|22/2/2023
n:4|Phoøng Giaùo duïc vaø Ñaøo taïo thò xaõ Giaù Rai|n:1900456789|Cô quan||21|79,0|Trung bình|d:2023-02-28
n:5|HTX Muoái Kyõ ngheä Ñieàn Haûi|1900567890-001|Doanh nghieäp|Nhoû|43||Khoâng xeùt|
n:6|UÛy ban nhaân daân phöôøng Hoä Phoøng||Cô quan||37|n:90|Xuaát saéc|01/03/2023

||||||Keá toaùn tröôûng",
    );
    let reading = read(&sample!("02"), &[sent]);
    assert_eq!(
        lines(&reading),
        [
            "Nhà máy may Khánh Bình|1900123456|Doanh nghiệp|Lớn|1250|92.5|Xuất sắc|2023-02-15",
            "Công ty TNHH Thủy sản Gành Hào|0190234567|Doanh nghiệp|Vừa|186|85.25|Khá|2023-02-20",
            "Trường THPT Lê Thị Riêng|1900345678|Cơ sở giáo dục||94|88|Khá|2023-02-22",
            "Phòng Giáo dục và Đào tạo thị xã Giá Rai|1900456789|Cơ quan||21|79|Trung bình|2023-02-28",
            "HTX Muối Kỹ nghệ Điền Hải|1900567890-001|Doanh nghiệp|Nhỏ|43||Không xét|",
            "Ủy ban nhân dân phường Hộ Phòng||Cơ quan||37|90|Xuất sắc|2023-03-01",
        ]
    );
    assert_eq!(places(&reading.problems), ["E8 size Nhỏ"]);
    assert_eq!(places(&reading.warnings), ["C5 tax_code 190234567"]);
    let refused: Vec<bool> = reading.records.iter().map(|record| record.refused.is_some()).collect();
    assert_eq!(refused, [false, false, false, false, true, false]);
    assert_eq!(reading.skipped.iter().map(|skipped| skipped.row).collect::<Vec<_>>(), [Some(11)]);
}

#[test]
fn unicode_in_pieces_and_look_alikes() {
    let sent = table(
        "Danh sa\u{301}ch xa\u{303}",
        Some("Calibri"),
        "Mã ĐVHC|Tên đơn vị|Huyện|Số ấp|Số hộ|Đạt chuẩn
n:31912|Xa\u{303} Cha\u{302}u Thơ\u{301}i|Huyê\u{323}n Vĩnh Lợi|9|4\u{a0}115|Đạt
31891|Thị trấn Hoà Bình|HUYỆN HÒA BÌNH| 8|5.230 hộ|ĐẠT
031900|TT. Châu Hưng|H. Vĩnh Lợi|7|2,874|đạt\u{20}
|Điền Hải|Đông Hải|6|2.911|\u{d0}ạt
'31843|Thị trấn Ngan Dừa\u{200b}|Huyện Hồng Dân|10|3.402|Đạt⏎(có 1 ý kiến khác)
n:31831.0|Phường Nhà Mát|TP Bạc Liêu|5|2.650|Chưa đạt
n:31825|P.1|TP. Bạc Liêu|7|5.062|Đạt
n:31825|Phường 1|Thành phố Bạc Liêu|7|5062|Đạt
31942|Phường I|TX Giá Rai|6|3.015|Đạt",
    );
    let reading = read(&sample!("03"), &[sent]);
    assert_eq!(
        lines(&reading),
        [
            "31912|Xã Châu Thới|Huyện Vĩnh Lợi|9|4115|dat",
            "31891|Thị trấn Hòa Bình|Huyện Hòa Bình|8|5230|dat",
            "31900|Thị trấn Châu Hưng|Huyện Vĩnh Lợi|7|2874|dat",
            "|Xã Điền Hải|Huyện Đông Hải|6|2911|dat",
            "31843|Thị trấn Ngan Dừa|Huyện Hồng Dân|10|3402|dat",
            "31831|Phường Nhà Mát|Thành phố Bạc Liêu|5|2650|khong_dat",
            "31825|Phường 1|Thành phố Bạc Liêu|7|5062|dat",
            "31825|Phường 1|Thành phố Bạc Liêu|7|5062|dat",
            "31942|Phường 1|Thị xã Giá Rai|6|3015|dat",
        ]
    );
    assert_eq!(reading.problems, []);
    let found = places(&reading.warnings);
    assert_eq!(
        found,
        ["B5 name Điền Hải", "C5 district Đông Hải", "F6 result Đạt (có 1 ý kiến khác)", "B9 name Phường 1"]
    );
    let twice: Vec<Option<usize>> = reading.records.iter().map(|record| record.duplicate_of).collect();
    assert_eq!(twice, [None, None, None, None, None, None, None, Some(7), None]);
}

#[test]
fn windows_1258_with_money_serials_and_a_second_heading() {
    let sent = table(
        "04",
        None,
        "BÁO CÁO TỔNG HỢP PHONG TRÀO TDBVANTQ||||||
Kỳ báo cáo: 6 tháng đầu năm 2025||||||

Stt|Xã, phường, thị trấn|Số khu dân cư|Đạt|Tỷ lệ (%)|Kinh phí (đồng)|Ngày gửi
1|Thị trấn Ngan Dừa|10|9|90,00|12.500.000|30/06/2025
2|Xã Lộc Ninh|11|11|100|8.750.000,50|01/07/25
3|Xa\u{303} Ninh Ho\u{300}a; khu vực biên giới|14|12|85,71|(1.200.000)|45838
Stt|Xã, phường, thị trấn|Số khu dân cư|Đạt|Tỷ lệ (%)|Kinh phí (đồng)|Ngày gửi
4|Xã Ninh Quới|8|-||0|30/6/2025
5|Xã Ninh Quới A|9|9|100,0%|1,5 triệu|2025-06-29
Cộng||52|41|||",
    );
    let reading = read(&sample!("04"), &[sent]);
    assert_eq!(
        lines(&reading),
        [
            "Thị trấn Ngan Dừa|10|9|90|12500000|2025-06-30",
            "Xã Lộc Ninh|11|11|100|8750000.5|2025-07-01",
            "Xã Ninh Hòa|14|12|85.71|-1200000|2025-06-30",
            "Xã Ninh Quới|8|||0|2025-06-30",
            "Xã Ninh Quới A|9|9|100||2025-06-29",
        ]
    );
    assert_eq!(places(&reading.problems), ["F10 budget 1,5 triệu"]);
    assert_eq!(places(&reading.warnings), ["B7 name Xã Ninh Hòa; khu vực biên giới", "G7 sent 45838"]);
    assert_eq!(reading.skipped.iter().map(|skipped| skipped.row).collect::<Vec<_>>(), [Some(8), Some(11)]);
}

#[test]
fn utf_16_with_former_wards_and_a_letter_for_zero() {
    let sent = table(
        "05",
        None,
        "Tháng|Đơn vị|Khu dân cư|Số vụ phạm pháp hình sự|Người nghiện mới|Kết luận
7/2025|Phường Bạc Liêu (Phường 1 cũ)|Khóm 1|0|0|Đạt
Jul-25|Phường Bạc Liêu (P.3 cũ)|Khóm 1|1|0|Đạt
07.2025|Phường 7 (TP Bạc Liêu)|Khóm 2|0||Đạt⏎cần theo dõi
Tháng 7 năm 2025|xã vĩnh lợi|Ấp Nhà Dài|O|1|Không
7/2025|Xã Vĩnh Lợi (TT Châu Hưng cũ)|Ấp Thông Lưu A|2|0|K.Đạt
7/2025|Xã Hòa Bình|Ấp Trung Hưng (thuộc xã Long Thạnh, H. Vĩnh Lợi cũ)|0|0|đạt

Người lập biểu|||Thủ trưởng đơn vị
(Ký, ghi rõ họ tên)|||(Ký tên, đóng dấu)",
    );
    let reading = read(&sample!("05"), &[sent]);
    assert_eq!(
        lines(&reading),
        [
            "2025-07|Phường Bạc Liêu << Phường 1|Khóm 1|0|0|dat",
            "2025-07|Phường Bạc Liêu << Phường 3|Khóm 1|1|0|dat",
            "2025-07|Phường 7 < Thành phố Bạc Liêu|Khóm 2|0||dat",
            "2025-07|Xã Vĩnh Lợi|Ấp Nhà Dài|0|1|khong_dat",
            "2025-07|Xã Vĩnh Lợi << Thị trấn Châu Hưng|Ấp Thông Lưu A|2|0|khong_dat",
            "2025-07|Xã Hòa Bình|Ấp Trung Hưng << Xã Long Thạnh << Huyện Vĩnh Lợi|0|0|dat",
        ]
    );
    assert_eq!(reading.problems, []);
    assert_eq!(places(&reading.warnings), ["F4 result Đạt cần theo dõi", "D5 crimes O"]);
    assert_eq!(reading.skipped.iter().map(|skipped| skipped.row).collect::<Vec<_>>(), [Some(9), Some(10)]);
}

#[test]
fn a_sheet_for_each_commune_with_hidden_rows_and_formulas() {
    let heading = "Xã|Ấp|Tổng số hộ|Hộ ký cam kết|Tỷ lệ|Điểm|Xếp loại|Ngày công nhận";
    let commune =
        |name: &str, title: &str, rows: &str| table(name, Some("Calibri"), &format!("{title}\n\n{heading}\n{rows}"));
    let summary = table("Tổng hợp", Some("Calibri"), "Đơn vị|Số ấp|Số hộ\nXã Lộc Ninh|f:|f:\nXã Ninh Hòa|n:2|#REF!");
    let mut first = commune(
        "Lộc Ninh",
        "XÃ LỘC NINH",
        "Xã Lộc Ninh|Ấp Kinh Xáng|n:312|n:300|f:|n:95|XS|d:2024-12-14
~|Ấp Đầu Sấu Đông|n:288|n:273|f:|n:88.5|Khá|d:2024-12-15
|Ấp Tà Ben|n:401|n:383|f:|79,5|T.Bình|d:2024-12-16
|Tổng|f:|f:",
    );
    first.merges = vec![merge("A1", "H1"), merge("A4", "A6")];
    first.hidden_columns = [5].into();
    let second = commune(
        "Ninh Hòa",
        "XÃ NINH HÒA",
        "Xã Ninh Hòa|Ấp Ninh Lợi|n:377|n:365|f:|n:95|XS|d:2024-12-14
~|Ấp Tà Suôl|n:265|n:250|f:|n:88.5|Khá|d:2024-12-15
|Tổng|f:|f:",
    );
    let draft = table("Sheet3", None, "Bản nháp – không dùng\nXã Lộc Ninh|Ấp Kinh Xáng|n:999");
    let sent = [summary, first, second, Table { hidden: true, ..draft }];
    let reading = read(&sample!("06"), &sent);
    assert_eq!(
        lines(&reading),
        [
            "Xã Lộc Ninh|Ấp Kinh Xáng|312|300|95|Xuất sắc|2024-12-14",
            "Xã Lộc Ninh|Ấp Đầu Sấu Đông|288|273|88.5|Khá|2024-12-15",
            "Xã Lộc Ninh|Ấp Tà Ben|401|383|79.5|Trung bình|2024-12-16",
            "Xã Ninh Hòa|Ấp Ninh Lợi|377|365|95|Xuất sắc|2024-12-14",
            "Xã Ninh Hòa|Ấp Tà Suôl|265|250|88.5|Khá|2024-12-15",
        ]
    );
    assert_eq!((&reading.problems, places(&reading.warnings)), (&vec![], vec!["F3 score Điểm".to_owned()]));
    let hidden: Vec<bool> = reading.records.iter().map(|record| record.hidden_row).collect();
    assert_eq!(hidden, [false, true, false, false, true]);
    let skipped: Vec<_> = reading.skipped.iter().map(|skipped| (&*skipped.table, skipped.row)).collect();
    assert_eq!(skipped, [("Tổng hợp", None), ("Lộc Ninh", Some(7)), ("Ninh Hòa", Some(6)), ("Sheet3", None)]);
}

#[test]
fn a_page_of_the_web_with_cells_over_several() {
    let mut sent = table(
        "07",
        None,
        "TT|Đơn vị|Số khu dân cư\n||Tổng|Đạt\n1|Xã Ninh Thạnh Lợi|09|08\n2|Xã Ninh Thạnh Lợi A|7|\u{a0}",
    );
    sent.merges = vec![merge("A1", "A2"), merge("B1", "B2"), merge("C1", "D1")];
    let reading = read(&sample!("07"), &[sent]);
    assert_eq!(lines(&reading), ["Xã Ninh Thạnh Lợi|9|8", "Xã Ninh Thạnh Lợi A|7|"]);
    assert_eq!((&reading.problems, &reading.warnings), (&vec![], &vec![]));
    assert_eq!(reading.tables[0].heading_rows, 1..=2);
}
