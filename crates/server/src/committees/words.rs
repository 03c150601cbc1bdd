//! What committees, meetings and the rules of a vote are called.

use dienhinh_domain::{
    calendar::format_day,
    committees::{
        Kind, Meeting, Member, Motion, Post, State, Way,
        voting::{Ballot, Majority, Outcome, Rules, Tally},
    },
    programmes::Share,
};

use crate::web::{lang::Lang, layout::Tone};

/// `Hội đồng`.
pub(crate) fn kind(lang: Lang, kind: Kind) -> String {
    lang.look_up(&format!("committees-kind-{}", kind.code()), &[])
}

/// `Phó Chủ tịch` of a council, `Phó Trưởng ban` of a steering committee.
pub(crate) fn post(lang: Lang, of: Kind, post: Post) -> String {
    lang.look_up(&format!("committees-{}-{}", of.code(), post.code()), &[])
}

/// `từ 05/01/2023`.
pub(crate) fn days(lang: Lang, member: &Member) -> String {
    let from = format_day(member.from);
    match member.until {
        None => lang.t1("role-since", "from", from),
        Some(until) => lang.t2("role-days", "from", from, "until", format_day(until)),
    }
}

/// `Đang biểu quyết`, and how that is meant.
pub(crate) fn state(lang: Lang, meeting: &Meeting) -> (String, Tone) {
    let tone = match meeting.state {
        State::Called => Tone::Wait,
        State::Open => Tone::Info,
        State::Closed => Tone::Ok,
        State::Inquorate | State::CalledOff => Tone::No,
    };
    (lang.look_up(&format!("meetings-state-{}", meeting.state.code()), &[]), tone)
}

/// `Thành viên biểu quyết trên phần mềm`.
pub(crate) fn way(lang: Lang, way: Way) -> String {
    lang.look_up(&format!("meetings-way-{}", way.code()), &[])
}

/// The rules of a vote, point by point: what it is about, and what is asked for.
pub(crate) fn rules(lang: Lang, rules: &Rules) -> Vec<(String, String)> {
    let share = |share: Share| format!("{}/{}", share.part, share.whole);
    let of = lang.look_up(&format!("voting-of-{}", rules.of.code()), &[]);
    let majority = match rules.majority {
        Majority::MoreThan(least) => lang.t2("voting-more-than", "share", share(least), "of", of),
        Majority::AtLeast(least) => lang.t2("voting-at-least", "share", share(least), "of", of),
    };
    vec![
        (lang.t("voting-quorum"), lang.t1("voting-quorum-of", "share", share(rules.quorum))),
        (lang.t("voting-ballot"), ballot(lang, rules.ballot)),
        (lang.t("voting-majority"), majority),
        (lang.t("voting-tie"), lang.look_up(&format!("voting-tie-{}", rules.tie.code()), &[])),
    ]
}

/// `Bỏ phiếu kín`.
fn ballot(lang: Lang, ballot: Ballot) -> String {
    lang.look_up(&format!("voting-ballot-{}", ballot.code()), &[])
}

/// `7 tán thành, 1 không tán thành, 1 không có ý kiến`; what there is none of is left out beyond the first two.
pub(crate) fn tally(lang: Lang, tally: Tally) -> String {
    let Tally { in_favour, against, abstained, spoilt } = tally;
    let counts = [
        ("meetings-n-for", in_favour, true),
        ("meetings-n-against", against, true),
        ("meetings-n-abstain", abstained, false),
        ("meetings-n-spoilt", spoilt, false),
    ];
    let said = counts.into_iter().filter(|(_, count, always)| *always || *count > 0);
    said.map(|(key, count, _)| lang.look_up(key, &[("n", count.to_string())])).collect::<Vec<_>>().join(", ")
}

/// `Thông qua`, and how that is meant; a tie that was broken reads as what it became.
pub(crate) fn outcome(lang: Lang, motion: &Motion) -> (String, Tone) {
    match (motion.outcome, motion.verdict()) {
        (None, _) => (String::new(), Tone::Plain),
        (Some(Outcome::Tied), None) => (lang.t("meetings-tied"), Tone::Wait),
        (Some(_), Some(true)) => (lang.t("meetings-carried"), Tone::Ok),
        (Some(_), _) => (lang.t("meetings-lost"), Tone::No),
    }
}
