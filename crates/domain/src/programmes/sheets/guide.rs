//! The sheet that explains the others: every column, what it takes, what its words mean. It is not read back.

use super::{
    Cell, ENTRIES, Holds, LAYOUTS, Sheet,
    kinds::{CODES, Figures, kind},
    layout::KINDS,
};

/// The words of lists that do not explain themselves: word, Vietnamese, English.
const WORDS: [(&str, &str, &str); 35] = [
    ("verified", "đã đọc nguyên văn văn bản", "the text of the document was read"),
    ("summary", "theo bản tóm tắt tin cậy", "a reliable account of the document was read"),
    ("illustrative", "minh họa, không có giá trị pháp lý", "written to be plausible, of no legal value"),
    ("required", "đạt mà không có minh chứng thì phải giải trình", "met without a proof needs an explanation"),
    ("optional", "có thể kèm minh chứng", "a proof may be attached"),
    ("count", "số đếm duy nhất của quy tắc", "the one figure of a rule"),
    ("part", "tử số của tỷ lệ", "numerator of a share"),
    ("whole", "mẫu số của tỷ lệ", "denominator of a share"),
    ("this", "số liệu năm nay", "the figure of this year"),
    ("last", "số liệu năm trước", "the figure of the year before"),
    ("done", "số đã thực hiện", "what was done"),
    ("planned", "chỉ tiêu được giao", "what was planned"),
    ("counted", "được đếm và cho điểm", "counted, and gives points"),
    ("bonus", "điểm thưởng ngoài các nhóm", "points outside the groups"),
    ("penalty", "điểm trừ ngoài các nhóm", "points off outside the groups"),
    (
        "condition",
        "không đạt thì không được danh hiệu, hoặc không quá mức ceiling",
        "without it no title, or no class above its ceiling",
    ),
    ("deferral", "chưa đạt thì chưa xét", "the title is put off until it holds"),
    ("drop", "loại khỏi tổng", "leaves the base"),
    ("full", "coi như đạt, đủ điểm", "counts as met, with all points"),
    ("zero", "coi như không đạt (ở not_applicable)", "counts as not met (in not_applicable)"),
    ("leave_out", "không đơn vị bằng điểm nào được vào", "none of the units that stand level"),
    ("let_in", "mọi đơn vị bằng điểm đều được vào", "all of the units that stand level"),
    ("open", "biểu quyết công khai (ở council)", "each vote stands with its member (in council)"),
    ("secret", "bỏ phiếu kín", "nobody sees who voted how"),
    ("members", "mọi thành viên, kể cả vắng mặt", "everybody who may vote, there or not"),
    ("present", "mọi thành viên có mặt", "everybody present, voting or not"),
    (
        "cast",
        "mọi phiếu thu về, kể cả phiếu trắng, phiếu không hợp lệ",
        "every vote handed in, abstentions and spoilt ones too",
    ),
    ("for_and_against", "số phiếu thuận và phiếu không thuận", "the votes for and against"),
    ("chair", "theo ý kiến của người chủ trì", "the side of whoever presides"),
    ("lost", "không được thông qua", "it is not carried"),
    ("reassess", "chấm lại từ đầu ở đơn vị mới", "the merged unit is assessed anew"),
    ("sum", "cộng số liệu các đơn vị cũ", "figures of the units are added up"),
    ("latest", "lấy số liệu mới nhất", "the latest figure stands"),
    ("mean", "lấy số trung bình", "their mean stands"),
    ("not_comparable", "không so sánh được với đơn vị cũ", "they say nothing about the merged unit"),
];

/// What the kinds of rules mean, in the order of [`CODES`].
const MEANINGS: [(&str, &str); 16] = [
    ("người chấm trả lời đạt hay không", "a person says so"),
    ("số liệu nằm trong ngưỡng", "the figure lies within the bounds"),
    ("tỷ lệ part trên whole so với ngưỡng", "the share part of whole against a bound"),
    ("không xảy ra vụ nào", "nothing occurred"),
    ("có ít nhất bấy nhiêu", "there are at least so many"),
    ("tỷ lệ đơn vị trực thuộc đăng ký và được công nhận", "so many of the units below registered and are recognised"),
    ("số liệu năm nay so với năm trước", "this year's figure beside last year's"),
    ("kết quả so với chỉ tiêu, được vượt", "what was done against a target; it may be exceeded"),
    ("điểm theo bậc, xem trang (bands)", "points by steps, see the sheet (bands)"),
    ("điểm theo tỷ lệ thuận giữa from và to", "points in proportion between from and to"),
    ("cộng điểm cho mỗi đơn vị đếm được", "points for each thing that is counted"),
    ("trừ điểm mỗi lần xảy ra", "points off for each occurrence"),
    ("cộng điểm các phần", "the points of the parts together"),
    ("đơn vị được công nhận ở chương trình khác", "the unit is recognised in another programme"),
    ("đạt mọi phần", "every part is met"),
    ("đạt ít nhất need phần", "at least need parts are met"),
];

/// The sheet that explains the others.
pub fn guide() -> Sheet {
    let text = |text: &str| Cell::Text(text.to_owned());
    let heading = ["trang / sheet", "cột / column", "ý nghĩa", "meaning", "giá trị / values", "bắt buộc / required"];
    let mut rows = vec![heading.map(text).to_vec()];
    let mut add = |cells: [&str; 6]| rows.push(cells.map(text).to_vec());
    let required = |required: bool| if required { "có / yes" } else { "" };
    for entry in ENTRIES {
        let takes = takes(entry.holds.unwrap_or(Holds::Sentences));
        add([LAYOUTS[0].name, entry.key, entry.vi, entry.en, &takes, required(entry.required)]);
    }
    for layout in &LAYOUTS[1..] {
        for column in layout.columns {
            let takes = takes(column.holds);
            add([layout.name, column.key, column.vi, column.en, &takes, required(column.required)]);
        }
    }
    for (word, vi, en) in WORDS {
        add(["", word, vi, en, "", ""]);
    }
    for (code, (vi, en)) in CODES.iter().zip(MEANINGS) {
        add(["Quy tắc (rules)", code, vi, en, &needs(code), ""]);
    }
    Sheet { name: "Hướng dẫn (columns)".to_owned(), rows }
}

/// The columns and figures of a kind of rule; in brackets those it may do without.
fn needs(code: &str) -> String {
    let Some(kind) = kind(code) else { return String::new() };
    let mut needs: Vec<&str> = kind.needs.to_vec();
    match kind.figures {
        Figures::These(roles) => needs.extend(roles),
        Figures::Measure => needs.push("count | part + whole"),
    }
    needs.extend(kind.has_bands.then_some("bands"));
    needs.extend(kind.has_parts.then_some("part, part, …"));
    let needs = if needs.is_empty() { "–".to_owned() } else { needs.join(", ") };
    if kind.may.is_empty() { needs } else { format!("{needs} ({})", kind.may.join(" | ")) }
}

/// What a column takes.
fn takes(holds: Holds) -> String {
    let words = match holds {
        Holds::Remark | Holds::Text | Holds::Sentences => "văn bản / text",
        Holds::Ids => "mã, cách nhau bằng dấu phẩy / ids, separated by commas",
        Holds::Kinds => {
            let kinds = KINDS.join(", ");
            return format!("{kinds}; cách nhau bằng dấu phẩy / separated by commas");
        }
        Holds::Word(words) => return words.join(", "),
        Holds::Yes => "có, không",
        Holds::Count => "số nguyên / whole number: 12",
        Holds::Points | Holds::Total => "số, tối đa 3 số thập phân / number, at most 3 decimals: 2.5",
        Holds::Share => "tỷ lệ / share: 70/100, 70%",
        Holds::Bound => "số nguyên hoặc tỷ lệ / whole number or share: 12, 70/100",
        Holds::DayMonth => "ngày/tháng / day/month: 15/11",
        Holds::Day => "2024-01-31, 31/01/2024",
        Holds::Numbers => "c04.total = 25 (Alt+Enter)",
        Holds::Sayings => "c04 = 18 × 100 ≥ 70 × 25: đạt. (Alt+Enter)",
        Holds::Outcomes => "c04 = met, unmet, no_data, not_applicable (Alt+Enter)",
        Holds::Settings => "c04.at_least = 60/100 (Alt+Enter)",
    };
    words.to_owned()
}
