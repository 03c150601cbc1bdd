//! The sheets of a workbook and their columns: the one table from which they are written, read and explained.

use super::super::{CarryOver, Mark, NotApplicable, Role, Ties};
use crate::units::UnitKind;

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Words for the reader; not read back.
    Remark,
    /// A short text.
    Text,
    /// Sentences.
    Sentences,
    /// Ids, separated by commas.
    Ids,
    /// Kinds of units, separated by commas.
    Kinds,
    /// One of these words.
    Word(&'static [&'static str]),
    /// `có` or nothing.
    Yes,
    /// A whole number.
    Count,
    /// A number with at most three decimals.
    Points,
    /// The points a case expects, or an `open` among them.
    Total,
    /// `70/100`.
    Share,
    /// A count or a share, as the rule has it.
    Bound,
    /// `15/11`.
    DayMonth,
    /// `2024-01-31`.
    Day,
    /// `c04.total = 25`, one a line.
    Numbers,
    /// `c04 = met`, one a line.
    Outcomes,
    /// `c04 = 18 × 100 ≥ 70 × 25: đạt.`, one a line.
    Sayings,
    /// `c04.at_least = 60/100`, one a line.
    Settings,
}

/// A column of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in the first row, and its key in `pack.toml`.
    pub key: &'static str,
    /// What its cells hold.
    pub holds: Holds,
    /// A row without it is a mistake.
    pub required: bool,
    /// What it is, Vietnamese.
    pub vi: &'static str,
    /// What it is, English.
    pub en: &'static str,
}

/// A sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// The word by which it is known, in brackets at the end of its name.
    pub key: &'static str,
    /// Its name in the workbook.
    pub name: &'static str,
    /// Its columns in their order.
    pub columns: &'static [Column],
}

/// A row of the sheet `set`: a key with a value, or with a text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The key in `pack.toml`.
    pub key: &'static str,
    /// What its value holds; none for a text in both languages.
    pub holds: Option<Holds>,
    /// The set cannot be without it.
    pub required: bool,
    /// What it is, Vietnamese.
    pub vi: &'static str,
    /// What it is, English.
    pub en: &'static str,
}

const fn must(key: &'static str, holds: Holds, vi: &'static str, en: &'static str) -> Column {
    Column { key, holds, required: true, vi, en }
}

const fn may(key: &'static str, holds: Holds, vi: &'static str, en: &'static str) -> Column {
    Column { key, holds, required: false, vi, en }
}

const fn value(key: &'static str, holds: Holds, vi: &'static str, en: &'static str) -> Entry {
    Entry { key, holds: Some(holds), required: true, vi, en }
}

const fn may_be(key: &'static str, holds: Option<Holds>, vi: &'static str, en: &'static str) -> Entry {
    Entry { key, holds, required: false, vi, en }
}

const fn texts(key: &'static str, vi: &'static str, en: &'static str) -> Entry {
    Entry { key, holds: None, required: true, vi, en }
}

/// The marks, as words.
pub(super) const MARKS: [&str; 3] = {
    let [a, b, c] = Mark::ALL;
    [a.code(), b.code(), c.code()]
};

/// The kinds of units, as words, and the level that may stand for its kinds.
pub(super) const KINDS: [&str; UnitKind::ALL.len() + 1] = {
    let mut words = ["district"; UnitKind::ALL.len() + 1];
    let mut at = 0;
    while at < UnitKind::ALL.len() {
        words[at] = UnitKind::ALL[at].code();
        at += 1;
    }
    words
};

/// What becomes of criteria that do not apply, as words.
const NOT_APPLICABLE: [&str; 3] = {
    let [a, b, c] = NotApplicable::ALL;
    [a.code(), b.code(), c.code()]
};

/// What the criteria of a group are, as words.
const GROUP_ROLES: [&str; 5] = {
    let [a, b, c, d, e] = Role::ALL;
    [a.code(), b.code(), c.code(), d.code(), e.code()]
};

/// What becomes of figures when units are merged, as words.
const CARRY_OVERS: [&str; 5] = {
    let [a, b, c, d, e] = CarryOver::ALL;
    [a.code(), b.code(), c.code(), d.code(), e.code()]
};

/// What becomes of units that stand level, as words.
const TIES: [&str; 2] = {
    let [a, b] = Ties::ALL;
    [a.code(), b.code()]
};

/// What a figure is to its rule.
pub(super) const ROLES: &[&str] = &["count", "part", "whole", "this", "last", "done", "planned"];

use Holds::{
    Bound, Count, Day, DayMonth, Ids, Kinds, Numbers, Outcomes, Points, Remark, Sayings, Sentences, Settings, Share,
    Text, Word,
};

/// The rows of the sheet `set`.
pub const ENTRIES: &[Entry] = &[
    value("code", Text, "mã bộ tiêu chí, trùng tên thư mục", "name of the pack and of its folder"),
    value("version", Text, "phiên bản", "version"),
    value("programme", Text, "mã chương trình", "programme"),
    value("kinds", Kinds, "loại đơn vị được đánh giá", "kinds of units assessed"),
    value("valid_from", Day, "ngày bắt đầu áp dụng", "first day it may be used"),
    texts("title", "tên đầy đủ", "title in full"),
    texts("short_title", "tên ngắn", "title in lists"),
    texts("standing", "cách ghi trên giấy công nhận", "how a unit stands to the title"),
    may_be(
        "not_applicable",
        Some(Word(&NOT_APPLICABLE)),
        "tiêu chí không áp dụng: loại khỏi tổng (mặc định), đủ điểm, 0 điểm",
        "criteria that do not apply: left out of the base (as when empty), all points, none",
    ),
    value("calendar.assessed_from", DayMonth, "kỳ đánh giá từ ngày/tháng", "first day assessed, day/month"),
    value("calendar.assessed_until", DayMonth, "kỳ đánh giá đến hết ngày/tháng", "last day assessed, day/month"),
    value("calendar.registration_until", DayMonth, "hạn đăng ký, ngày/tháng", "last day to register, day/month"),
    value("calendar.due", DayMonth, "hạn nộp, ngày/tháng", "last day to submit, day/month"),
    may_be(
        "recognition.min_met",
        Some(Count),
        "số tiêu chí phải đạt (khi không có mức)",
        "criteria to be met (where there are no classes)",
    ),
    may_be(
        "recognition.class",
        Some(Text),
        "công nhận từ mức này (khi có mức)",
        "recognised from this class (where there are classes)",
    ),
    value("recognition.mark", Word(&MARKS), "mức độ kiểm chứng", "how far it was checked"),
    texts("recognition.source", "văn bản, điều khoản", "document and clause"),
    value("recognition.issued_by", Kinds, "cấp ra quyết định", "who decides"),
    may_be(
        "recognition.council.quorum",
        Some(Share),
        "hội đồng: tỷ lệ thành viên phải có mặt; để trống mọi dòng recognition.council khi không họp bỏ phiếu",
        "council: share of the members that must be present; without a vote, all rows recognition.council stay empty",
    ),
    may_be(
        "recognition.council.ballot",
        Some(Word(&["open", "secret"])),
        "hội đồng: cách bỏ phiếu",
        "council: how it votes",
    ),
    may_be(
        "recognition.council.more_than",
        Some(Share),
        "hội đồng: thông qua khi quá tỷ lệ này; điền dòng này hoặc recognition.council.at_least",
        "council: carried by more than this share; fill in this row or recognition.council.at_least",
    ),
    may_be(
        "recognition.council.at_least",
        Some(Share),
        "hội đồng: thông qua khi đạt tỷ lệ này trở lên",
        "council: carried by this share or more",
    ),
    may_be(
        "recognition.council.of",
        Some(Word(&["members", "present", "cast", "for_and_against"])),
        "hội đồng: tỷ lệ tính trên",
        "council: of what that is a share",
    ),
    may_be(
        "recognition.council.tie",
        Some(Word(&["chair", "lost"])),
        "hội đồng: khi số phiếu ngang nhau",
        "council: as many votes for as against",
    ),
    may_be(
        "recognition.council.mark",
        Some(Word(&MARKS)),
        "hội đồng: mức độ kiểm chứng",
        "council: how far its rules were checked",
    ),
    may_be("recognition.council.source", None, "hội đồng: văn bản, điều khoản", "council: document and clause"),
];

/// Every sheet that is read, in the order of the workbook.
pub const LAYOUTS: &[Layout] = &[
    Layout {
        key: "set",
        name: "Bộ tiêu chí (set)",
        columns: &[
            must("key", Text, "mục", "entry"),
            may("meaning", Remark, "ý nghĩa", "meaning"),
            may("value", Text, "giá trị", "value"),
            may("vi", Sentences, "tiếng Việt", "Vietnamese"),
            may("en", Sentences, "tiếng Anh", "English"),
        ],
    },
    Layout {
        key: "legal_bases",
        name: "Căn cứ (legal_bases)",
        columns: &[
            must("vi", Sentences, "văn bản, tiếng Việt", "document, Vietnamese"),
            must("en", Sentences, "văn bản, tiếng Anh", "document, English"),
        ],
    },
    Layout {
        key: "awards",
        name: "Danh hiệu (awards)",
        columns: &[
            must("kind", Word(&KINDS), "loại đơn vị", "kind of unit"),
            must("vi", Sentences, "danh hiệu, tiếng Việt", "title on the certificate, Vietnamese"),
            must("en", Sentences, "danh hiệu, tiếng Anh", "title on the certificate, English"),
        ],
    },
    Layout {
        key: "classes",
        name: "Mức (classes)",
        columns: &[
            must("id", Text, "mã mức, từ thấp đến cao", "id, the lowest class first"),
            must("title.vi", Sentences, "tên mức, tiếng Việt", "name, Vietnamese"),
            must("title.en", Sentences, "tên mức, tiếng Anh", "name, English"),
            may("min_points", Points, "điểm tối thiểu", "points needed"),
            may("min_met", Count, "số tiêu chí phải đạt", "criteria to be met"),
            may("group_share", Share, "mỗi nhóm đạt tỷ lệ điểm này", "share of its points each group reaches"),
        ],
    },
    Layout {
        key: "quotas",
        name: "Hạn mức (quotas)",
        columns: &[
            must("class", Text, "mức bị giới hạn", "class that is limited"),
            must("of", Text, "so với số đơn vị từ mức này trở lên", "of the units in this class and above"),
            must("at_most", Share, "không quá tỷ lệ này", "at most this share of them"),
            must("ties", Word(&TIES), "khi bằng điểm ở ranh giới", "units that stand level at the edge"),
        ],
    },
    Layout {
        key: "unit_groups",
        name: "Nhóm đơn vị (unit_groups)",
        columns: &[
            must("id", Text, "mã nhóm đơn vị", "id"),
            must("title.vi", Sentences, "tên nhóm, tiếng Việt", "title, Vietnamese"),
            must("title.en", Sentences, "tên nhóm, tiếng Anh", "title, English"),
            must(
                "values",
                Settings,
                "số khác với chung, mỗi dòng một số: c04.at_least = 60/100",
                "numbers that differ, one a line: c04.at_least = 60/100",
            ),
        ],
    },
    Layout {
        key: "groups",
        name: "Nhóm (groups)",
        columns: &[
            must("id", Text, "mã nhóm", "id"),
            must("title.vi", Sentences, "tên nhóm, tiếng Việt", "title, Vietnamese"),
            must("title.en", Sentences, "tên nhóm, tiếng Anh", "title, English"),
            may("cap", Points, "điểm tối đa của nhóm", "most points of the group"),
            may("role", Word(&GROUP_ROLES), "vai trò; trống là được đếm", "what its criteria are; empty: counted"),
        ],
    },
    Layout { key: "criteria", name: "Tiêu chí (criteria)", columns: CRITERIA },
    Layout { key: "rules", name: "Quy tắc (rules)", columns: RULES },
    Layout {
        key: "figures",
        name: "Số liệu (figures)",
        columns: &[
            must("criterion", Text, "mã tiêu chí", "id of the criterion"),
            may("part", Text, "mã phần, khi thuộc một phần", "id of the part, where it belongs to one"),
            must("role", Word(ROLES), "vai trò trong quy tắc", "its role in the rule"),
            may("key", Text, "tên cột, cần khi quy tắc có hai số liệu", "column, needed where a rule has two figures"),
            must("vi", Sentences, "đếm gì, tiếng Việt", "what is counted, Vietnamese"),
            must("en", Sentences, "đếm gì, tiếng Anh", "what is counted, English"),
            may("measured_in", Text, "đơn vị tính: hộ, người, triệu đồng", "what it is measured in"),
            may("formula", Text, "công thức, khi số liệu được tính: c01.a + 2 * c02", "formula, where it is computed"),
        ],
    },
    Layout {
        key: "bands",
        name: "Thang điểm (bands)",
        columns: &[
            must("criterion", Text, "mã tiêu chí", "id of the criterion"),
            may("part", Text, "mã phần, khi thuộc một phần", "id of the part, where it belongs to one"),
            may("from", Bound, "từ mốc này, kể cả mốc", "from this bound on, the bound included"),
            may("above", Bound, "trên mốc này, không kể mốc", "above this bound, the bound left out"),
            must("points", Points, "số điểm", "points"),
        ],
    },
    Layout { key: "cases", name: "Trường hợp (cases)", columns: CASES },
];

const CRITERIA: &[Column] = &[
    must("id", Text, "mã tiêu chí", "id"),
    must("number", Count, "số thứ tự trên văn bản", "number on paper"),
    must("group", Text, "mã nhóm", "id of its group"),
    may("points", Points, "điểm tối đa", "most points"),
    must("text.vi", Sentences, "nội dung, tiếng Việt", "what is required, Vietnamese"),
    must("text.en", Sentences, "nội dung, tiếng Anh", "what is required, English"),
    must("mark", Word(&MARKS), "mức độ kiểm chứng", "how far the text was checked"),
    must("source.vi", Sentences, "văn bản, điều khoản, tiếng Việt", "document and clause, Vietnamese"),
    must("source.en", Sentences, "văn bản, điều khoản, tiếng Anh", "document and clause, English"),
    may("guidance.vi", Sentences, "cách tính, tiếng Việt", "how to count, Vietnamese"),
    may("guidance.en", Sentences, "cách tính, tiếng Anh", "how to count, English"),
    may("evidence.vi", Sentences, "minh chứng, tiếng Việt", "what proves it, Vietnamese"),
    may("evidence.en", Sentences, "minh chứng, tiếng Anh", "what proves it, English"),
    may("owner.vi", Sentences, "ai thu thập số liệu, tiếng Việt", "who collects its figures, Vietnamese"),
    may("owner.en", Sentences, "ai thu thập số liệu, tiếng Anh", "who collects its figures, English"),
    must("proof", Word(&["required", "optional"]), "có bắt buộc minh chứng", "whether a proof is needed"),
    may("carry_over", Word(&CARRY_OVERS), "số liệu khi nhập đơn vị", "its figures when units are merged"),
    may("mandatory", Holds::Yes, "bắt buộc", "the title needs it"),
    may("knock_out", Holds::Yes, "không đạt là mất danh hiệu", "an occurrence defeats the title"),
    may("ceiling", Text, "mức cao nhất khi không đạt", "highest class without it"),
    may("met_at", Points, "đạt từ số điểm này; bỏ trống là tất cả", "met from these points on; all when empty"),
    may(
        "applies.kind",
        Word(&["threshold", "zero", "objects"]),
        "chỉ áp dụng khi: loại điều kiện",
        "applies where: kind",
    ),
    may("applies.count.key", Text, "chỉ áp dụng khi: tên cột", "applies where: column"),
    may(
        "applies.count.vi",
        Sentences,
        "chỉ áp dụng khi: đếm gì, tiếng Việt",
        "applies where: what is counted, Vietnamese",
    ),
    may("applies.count.en", Sentences, "chỉ áp dụng khi: đếm gì, tiếng Anh", "applies where: what is counted, English"),
    may("applies.count.measured_in", Text, "chỉ áp dụng khi: đơn vị tính", "applies where: what it is measured in"),
    may("applies.count.formula", Text, "chỉ áp dụng khi: công thức", "applies where: formula"),
    may("applies.at_least", Count, "chỉ áp dụng khi: ít nhất", "applies where: at least"),
    may("applies.at_most", Count, "chỉ áp dụng khi: nhiều nhất", "applies where: at most"),
    may("replaces", Ids, "thay cho tiêu chí của phiên bản trước", "criteria of the version before it stands for"),
];

const RULES: &[Column] = &[
    must("criterion", Text, "mã tiêu chí", "id of the criterion"),
    may("part", Text, "mã phần; bỏ trống ở dòng của cả tiêu chí", "id of the part; empty for the whole criterion"),
    may("text.vi", Sentences, "nội dung phần, tiếng Việt", "what the part requires, Vietnamese"),
    may("text.en", Sentences, "nội dung phần, tiếng Anh", "what the part requires, English"),
    may("points", Points, "điểm của phần (sub_points)", "points of the part (sub_points)"),
    must("kind", Word(super::kinds::CODES), "loại quy tắc", "kind of rule"),
    may("at_least", Bound, "ít nhất", "at least"),
    may("at_most", Bound, "nhiều nhất", "at most"),
    may("from", Bound, "chưa có điểm ở mốc này (linear)", "no points at this bound (linear)"),
    may("to", Bound, "đủ điểm từ mốc này (linear)", "all points from this bound on (linear)"),
    may("each", Points, "điểm mỗi lần (deduction trừ, each cộng)", "points each time (deduction: off, each: added)"),
    may("floor", Points, "điểm còn lại ít nhất (deduction)", "points left at least (deduction)"),
    may("need", Count, "số phần phải đạt (n_of_m)", "parts to be met (n_of_m)"),
    may("programme", Text, "chương trình được đọc kết quả", "programme whose results are read"),
    may("kinds", Kinds, "loại đơn vị trực thuộc (children_share)", "kinds of units below (children_share)"),
    may("registered", Share, "tỷ lệ phải đăng ký (children_share)", "share that registers (children_share)"),
    may("recognised", Share, "tỷ lệ phải được công nhận (children_share)", "share that is recognised (children_share)"),
    may("per_kind", Holds::Yes, "tính riêng từng loại (children_share)", "each kind by itself (children_share)"),
];

const CASES: &[Column] = &[
    must("name", Sentences, "trường hợp cho thấy điều gì", "what the case shows"),
    may("unit_group", Text, "mã nhóm đơn vị", "id of a group of units"),
    may("parent", Text, "đơn vị cấp trên", "the unit above"),
    may("inputs", Numbers, "số liệu, mỗi dòng một cột: c04.total = 25", "figures, one a line: c04.total = 25"),
    may(
        "rest",
        Word(&["met", "missing"]),
        "các tiêu chí còn lại; trống là missing",
        "every other criterion; empty: missing",
    ),
    may("outcomes", Outcomes, "kết quả mong đợi, mỗi dòng một tiêu chí", "expected outcomes, one criterion a line"),
    may("met", Count, "số tiêu chí đạt", "criteria met"),
    may("unmet", Count, "số tiêu chí không đạt", "criteria not met"),
    may("no_data", Count, "số tiêu chí chưa có số liệu", "criteria without data"),
    may("not_applicable", Count, "số tiêu chí không áp dụng", "criteria that do not apply"),
    may("points", Holds::Total, "tổng điểm", "points"),
    may("class", Text, "mức, none hoặc open", "class, none or open"),
    may("recognised", Word(&["yes", "no", "open", "deferred"]), "được công nhận", "recognised"),
    may("rank", Count, "thứ hạng dưới parent", "rank under parent"),
    may("final_class", Text, "mức sau hạn mức, none hoặc open", "class after the quotas, none or open"),
    may(
        "says",
        Sayings,
        "câu giải thích bằng tiếng Việt, mỗi dòng một tiêu chí",
        "explanation in Vietnamese, one criterion a line",
    ),
];

impl Layout {
    /// The sheet that a word names.
    pub fn of(key: &str) -> Option<&'static Self> {
        LAYOUTS.iter().find(|layout| layout.key == key)
    }
}
