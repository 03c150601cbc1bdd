//! Papers as the sample province would print them, for tests and for looking at.

use jiff::civil::date;

use super::{
    Annex, AnnexLast, AnnexRow, Certificate, Decision, Judgement, Letterhead, Mark, Minutes, MinutesMember,
    MinutesMotion, ScoreGroup, ScoreRow, ScoreSheet, Signature, Totals,
};

/// Every letter of the Vietnamese alphabet with every tone, in both cases.
pub(crate) const ALPHABET: &str = "aàảãáạ ăằẳẵắặ âầẩẫấậ eèẻẽéẹ êềểễếệ iìỉĩíị oòỏõóọ ôồổỗốộ ơờởỡớợ uùủũúụ ưừửữứự yỳỷỹýỵ đ \
AÀẢÃÁẠ ĂẰẲẴẮẶ ÂẦẨẪẤẬ EÈẺẼÉẸ ÊỀỂỄẾỆ IÌỈĨÍỊ OÒỎÕÓỌ ÔỒỔỖỐỘ ƠỜỞỠỚỢ UÙỦŨÚỤ ƯỪỬỮỨỰ YỲỶỸÝỴ Đ “ ” – — … ₫ % ≥ ≤ § ½";

const GROUPS: [(&str, usize); 5] = [
    ("I. Sự lãnh đạo của cấp ủy, điều hành của chính quyền", 6),
    ("II. Kinh phí, cơ sở vật chất phục vụ phong trào", 4),
    ("III. Xây dựng lực lượng và mô hình", 8),
    ("IV. Kết quả thực hiện phong trào", 10),
    ("V. Mục tiêu về an ninh, trật tự", 6),
];

const TEXTS: [&str; 4] = [
    "Quán triệt và triển khai đầy đủ văn bản của Đảng, Nhà nước và cấp trên về phong trào đến các ban, ngành, đoàn thể, khóm, ấp, khu dân cư.",
    "Ban Chỉ đạo có chương trình công tác năm và phân công thành viên phụ trách địa bàn.",
    "Tỷ lệ hộ gia đình đăng ký thực hiện đạt từ 95 % trở lên; có danh sách tổng hợp theo khóm, ấp và biên bản họp dân; hồ sơ được lưu trữ theo quy định và cập nhật trước ngày 31 tháng 10.",
    "Không để phát sinh điểm phức tạp về tội phạm, ma túy, tệ nạn xã hội.",
];

pub(crate) fn judgement(outcome: &str, points: &str) -> Judgement {
    Judgement { outcome: outcome.to_owned(), points: points.to_owned() }
}

pub(crate) fn row(number: usize, has_points: bool) -> ScoreRow {
    let (outcome, points) = if matches!(number, 8 | 9) { ("Chưa đạt", "0,0") } else { ("Đạt", "3,0") };
    let points = if has_points { points } else { "" };
    let note = match number {
        8 => "Kinh phí bố trí 60 % nhu cầu; đã có kế hoạch khắc phục trong quý I năm 2024.",
        9 => "Chưa có trụ sở độc lập của Công an thị trấn; đang lập thủ tục giao đất, vận động xã hội hóa.",
        n if n.is_multiple_of(3) => "Nghị quyết số 05-NQ/ĐU, trang 2; Kế hoạch số 12/KH-UBND.",
        _ => "",
    };
    ScoreRow {
        number: number.to_string(),
        text: TEXTS[number % TEXTS.len()].to_owned(),
        mark: if number.is_multiple_of(2) { Mark::Illustrative } else { Mark::Summary },
        max_points: points_of(has_points, "3,0"),
        self_assessed: Some(judgement(outcome, points)),
        appraised: Some(judgement(outcome, points)),
        council: (number < 30).then(|| judgement(outcome, points)),
        note: note.to_owned(),
    }
}

fn points_of(has_points: bool, points: &str) -> String {
    if has_points { points.to_owned() } else { String::new() }
}

/// The sheet of a town with 34 criteria, two of them unmet.
pub(crate) fn score_sheet(has_points: bool) -> ScoreSheet {
    let mut number = 0;
    let groups = GROUPS.map(|(title, rows)| ScoreGroup {
        title: title.to_owned(),
        rows: (0..rows)
            .map(|_| {
                number += 1;
                row(number, has_points)
            })
            .collect(),
    });
    let total = judgement("32/34", &points_of(has_points, "96,0"));
    ScoreSheet {
        letterhead: Letterhead {
            superior: Some("UBND HUYỆN VĨNH LỢI".to_owned()),
            issuer: "ỦY BAN NHÂN DÂN THỊ TRẤN CHÂU HƯNG".to_owned(),
            number: None,
            place: "Châu Hưng".to_owned(),
            date: Some(date(2023, 11, 5)),
        },
        title: "PHIẾU TỰ CHẤM ĐIỂM".to_owned(),
        subject: "Danh hiệu “Thị trấn điển hình về phong trào Toàn dân bảo vệ an ninh Tổ quốc” năm 2023".to_owned(),
        unit: "Thị trấn Châu Hưng, huyện Vĩnh Lợi, tỉnh Bạc Liêu".to_owned(),
        cycle: "Năm 2023 (từ 01/01/2023 đến 31/12/2023)".to_owned(),
        criteria_set: "34 tiêu chí, phiên bản 1".to_owned(),
        legal_basis: "Quyết định số 9745/QĐ-BCA-V05 ngày 28 tháng 12 năm 2022 của Bộ Công an".to_owned(),
        has_points,
        groups: groups.into(),
        totals: Totals {
            label: "Tổng cộng (số tiêu chí đạt)".to_owned(),
            max_points: points_of(has_points, "102,0"),
            self_assessed: Some(total.clone()),
            appraised: Some(total),
            council: None,
        },
        explanation: "Đạt 32/34 tiêu chí. Hai tiêu chí chưa đạt (8 và 9) có kế hoạch khắc phục kèm theo.".to_owned(),
        signatures: vec![
            Signature { authority: None, title: "NGƯỜI LẬP PHIẾU".to_owned(), name: None },
            Signature {
                authority: Some("TM. ỦY BAN NHÂN DÂN".to_owned()), title: "CHỦ TỊCH".to_owned(), name: None
            },
        ],
        sample: true,
    }
}

/// A decision on `units` units.
pub(crate) fn decision(units: usize) -> Decision {
    let rows = (1..=units).map(|number| AnnexRow {
        unit: if number == 2 {
            "Trường Trung học phổ thông chuyên và Trung tâm Giáo dục nghề nghiệp – Giáo dục thường xuyên liên huyện, Phường 1, thành phố Bạc Liêu".to_owned()
        } else {
            format!("Thị trấn Châu Hưng {number}, huyện Vĩnh Lợi")
        },
        result: if number.is_multiple_of(7) { "Không công nhận" } else { "Công nhận" }.to_owned(),
        points: "96,0/102,0".to_owned(),
        last: "32/34".to_owned(),
    });
    Decision {
        letterhead: Letterhead {
            superior: None,
            issuer: "ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU".to_owned(),
            number: Some("05/QĐ-UBND".to_owned()),
            place: "Bạc Liêu".to_owned(),
            date: Some(date(2023, 12, 5)),
        },
        subject: "Về việc công nhận “Thị trấn điển hình về phong trào Toàn dân bảo vệ an ninh Tổ quốc” năm 2023".to_owned(),
        authority: "ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU".to_owned(),
        issuer_in_text: "Ủy ban nhân dân tỉnh Bạc Liêu".to_owned(),
        legal_bases: vec![
            "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015".to_owned(),
            "Căn cứ Quyết định số 9745/QĐ-BCA-V05 ngày 28 tháng 12 năm 2022 của Bộ Công an;".to_owned(),
            "Theo đề nghị của Tổ thẩm định.".to_owned(),
        ],
        articles: vec![
            "Công nhận các đơn vị có tên trong danh sách kèm theo đạt danh hiệu “Thị trấn điển hình về phong trào Toàn dân bảo vệ an ninh Tổ quốc” năm 2023".to_owned(),
            "Đơn vị được công nhận có trách nhiệm duy trì các tiêu chí đã đạt và thực hiện kế hoạch khắc phục các tiêu chí còn lại".to_owned(),
            "Các cơ quan, đơn vị liên quan và đơn vị có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này".to_owned(),
        ],
        signature: Signature { authority: Some("TM. ỦY BAN NHÂN DÂN".to_owned()), title: "CHỦ TỊCH".to_owned(), name: None },
        recipients: ["Như Điều 3", "Ban Chỉ đạo 138 tỉnh (để báo cáo)", "Lưu: VT"].map(str::to_owned).into(),
        annex: Annex { title: "DANH SÁCH ĐƠN VỊ ĐƯỢC XÉT CÔNG NHẬN".to_owned(), has_points: true, last: AnnexLast::CriteriaMet, rows: rows.collect() },
        sample: true,
    }
}

/// The minutes of a meeting on `units` units.
pub(crate) fn minutes(units: usize) -> Minutes {
    let member = |position: &str, post: &str, came: &str| MinutesMember {
        position: position.to_owned(),
        post: post.to_owned(),
        came: came.to_owned(),
    };
    let motions = (1..=units).map(|number| MinutesMotion {
        unit: format!("Thị trấn Châu Hưng {number}, huyện Vĩnh Lợi"),
        result: "32/34 đạt · 96,0 điểm".to_owned(),
        votes: "5 tán thành, 1 không tán thành".to_owned(),
        outcome: "Thông qua".to_owned(),
    });
    let signature = |title: &str| Signature { authority: None, title: title.to_owned(), name: None };
    Minutes {
        letterhead: Letterhead {
            superior: Some("ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU".to_owned()),
            issuer: "HỘI ĐỒNG XÉT CÔNG NHẬN ĐIỂN HÌNH VỀ AN NINH, TRẬT TỰ NĂM 2023".to_owned(),
            number: Some("/BB-HĐ".to_owned()),
            place: "Bạc Liêu".to_owned(),
            date: Some(date(2023, 11, 20)),
        },
        subject: "Họp xét công nhận Xã, phường, thị trấn điển hình (34 tiêu chí) 2023".to_owned(),
        facts: vec![
            ("Địa điểm".to_owned(), "Phòng họp Ủy ban nhân dân tỉnh".to_owned()),
            ("Chủ trì".to_owned(), "Phó Chủ tịch Ủy ban nhân dân tỉnh".to_owned()),
        ],
        members: vec![
            member("Phó Chủ tịch Ủy ban nhân dân tỉnh", "Chủ tịch", "Có mặt, chủ trì"),
            member("Trưởng phòng Xây dựng phong trào bảo vệ an ninh Tổ quốc", "Ủy viên thư ký", "Có mặt"),
        ],
        rules: vec!["Hình thức: bỏ phiếu kín.".to_owned()],
        motions: motions.collect(),
        remarks: vec!["Biên bản được thông qua tại cuộc họp.".to_owned()],
        signatures: vec![signature("THƯ KÝ"), signature("CHỦ TRÌ")],
        sample: true,
    }
}

/// The certificate that follows from [`decision`].
pub(crate) fn certificate() -> Certificate {
    Certificate {
        issuer: "ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU".to_owned(),
        unit: "Thị trấn Châu Hưng, huyện Vĩnh Lợi".to_owned(),
        standing: "đạt danh hiệu".to_owned(),
        title: "“Thị trấn điển hình về phong trào Toàn dân bảo vệ an ninh Tổ quốc”".to_owned(),
        year: 2023,
        decision_number: "05/QĐ-UBND".to_owned(),
        decision_date: date(2023, 12, 5),
        issuer_in_text: "Ủy ban nhân dân tỉnh Bạc Liêu".to_owned(),
        place: "Bạc Liêu".to_owned(),
        date: Some(date(2023, 12, 5)),
        signature: Signature {
            authority: Some("TM. ỦY BAN NHÂN DÂN".to_owned()),
            title: "CHỦ TỊCH".to_owned(),
            name: None,
        },
        code: "7KQ2-M9XA-4TBC-5".to_owned(),
        check_address: "https://baclieu.example/portal/certificates/7KQ2-M9XA-4TBC-5".to_owned(),
        check_place: "baclieu.example/portal".to_owned(),
        notice: String::new(),
        sample: true,
    }
}
