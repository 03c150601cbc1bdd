//! Committees and meetings (S11): the list, one committee, the call to a meeting, the meeting itself.

use askama::Template;
use dienhinh_domain::committees::State;

use crate::web::{
    filters,
    layout::{Choice, Shell, Tone},
};

/// What was typed into a form that came back; empty on a fresh page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed(pub(crate) Vec<(String, String)>);

impl Typed {
    /// The form was sent and came back.
    pub(crate) fn is_back(&self) -> bool {
        !self.0.is_empty()
    }

    /// What was typed into a field.
    pub(crate) fn of(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// The same, or what a fresh form offers.
    pub(crate) fn or<'a>(&'a self, name: &str, fresh: &'a str) -> &'a str {
        if self.is_back() { self.of(name) } else { fresh }
    }

    /// Whether something was chosen.
    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        self.0.iter().any(|(field, chosen)| field == name && chosen == value)
    }
}

/// The committees of an area.
#[derive(Debug, Clone, Template)]
#[template(path = "committees/committees.html")]
pub(crate) struct CommitteesPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// Meetings at which the reader may vote now: address and name.
    pub(crate) voting: Vec<(String, String)>,
    /// The committees, those founded last first.
    pub(crate) committees: Vec<CommitteeLine>,
    /// The reader may found one.
    pub(crate) may_found: bool,
}

/// A committee in the list.
#[derive(Debug, Clone)]
pub(crate) struct CommitteeLine {
    /// `/committees/{id}`.
    pub(crate) href: String,
    /// Its name.
    pub(crate) name: String,
    /// `Hội đồng` or `Ban Chỉ đạo`.
    pub(crate) kind: String,
    /// The unit whose it is.
    pub(crate) unit: String,
    /// `05/01/2023`.
    pub(crate) founded_on: String,
}

/// The form for a new committee.
#[derive(Debug, Clone, Template)]
#[template(path = "committees/found.html")]
pub(crate) struct FoundPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// The unit whose it will be.
    pub(crate) unit: String,
    /// The kinds.
    pub(crate) kinds: Vec<Choice>,
    /// `24/11/2023`.
    pub(crate) today: String,
    /// What was typed before.
    pub(crate) typed: Typed,
}

/// One committee.
#[derive(Debug, Clone, Template)]
#[template(path = "committees/committee.html")]
pub(crate) struct CommitteePage {
    /// The frame.
    pub(crate) shell: Shell,
    /// `/committees/{id}`.
    pub(crate) href: String,
    /// What it is.
    pub(crate) line: CommitteeLine,
    /// The document that founded it.
    pub(crate) founded_by: String,
    /// Those who belong to it, and those who did.
    pub(crate) members: Vec<MemberView>,
    /// Its meetings, the latest first.
    pub(crate) meetings: Vec<MeetingLine>,
    /// The reader may change who belongs to it.
    pub(crate) may_appoint: bool,
    /// The posts to choose from.
    pub(crate) posts: Vec<Choice>,
    /// `24/11/2023`.
    pub(crate) today: String,
    /// What it may be called together for, one form a cycle; empty for readers who may not.
    pub(crate) calls: Vec<CallForm>,
    /// What was typed into the form for a place.
    pub(crate) typed: Typed,
}

/// A place in a committee.
#[derive(Debug, Clone)]
pub(crate) struct MemberView {
    /// Identity.
    pub(crate) id: String,
    /// `Chủ tịch`.
    pub(crate) post: String,
    /// The office.
    pub(crate) position: String,
    /// What its holder signs in with; may be empty.
    pub(crate) login: String,
    /// `từ 05/01/2023`.
    pub(crate) days: String,
    /// It holds today or later.
    pub(crate) may_end: bool,
}

/// A meeting in a list.
#[derive(Debug, Clone)]
pub(crate) struct MeetingLine {
    /// `/committees/meetings/{id}`.
    pub(crate) href: String,
    /// `24/11/2023`.
    pub(crate) held_on: String,
    /// Where.
    pub(crate) place: String,
    /// Programme and year.
    pub(crate) programme: String,
    /// `Đã họp`.
    pub(crate) state: String,
}

/// What a council may be called together for.
#[derive(Debug, Clone)]
pub(crate) struct CallForm {
    /// Identity of the cycle.
    pub(crate) cycle: String,
    /// Programme and year.
    pub(crate) title: String,
    /// The dossiers that wait.
    pub(crate) dossiers: Vec<OfferedView>,
    /// A council has voted on some of them: voting once more takes a reason.
    pub(crate) asks_why: bool,
    /// What was typed before.
    pub(crate) typed: Typed,
}

/// A dossier that may be put on an agenda.
#[derive(Debug, Clone)]
pub(crate) struct OfferedView {
    /// Which.
    pub(crate) dossier: DossierView,
    /// A council has voted on it as it is.
    pub(crate) has_voted_on: bool,
}

/// A dossier on an agenda.
#[derive(Debug, Clone)]
pub(crate) struct DossierView {
    /// Identity.
    pub(crate) id: String,
    /// `/dossiers/{id}`.
    pub(crate) href: String,
    /// The unit.
    pub(crate) unit: String,
    /// `32/34 đạt`.
    pub(crate) result: String,
    /// What the rules of the set say.
    pub(crate) rules: String,
    /// How that is meant.
    pub(crate) tone: Tone,
}

/// One meeting.
#[derive(Debug, Clone, Template)]
#[template(path = "committees/meeting.html")]
pub(crate) struct MeetingPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// `/committees/meetings/{id}`.
    pub(crate) href: String,
    /// Its council: address and name.
    pub(crate) committee: (String, String),
    /// `Đang biểu quyết`.
    pub(crate) state: String,
    /// How that is meant.
    pub(crate) tone: Tone,
    /// What is known of it: name and value.
    pub(crate) facts: Vec<(String, String)>,
    /// Who belongs to it, and who came.
    pub(crate) seats: Vec<SeatView>,
    /// What it votes on.
    pub(crate) motions: Vec<MotionView>,
    /// What the reader does next.
    pub(crate) task: Task,
    /// The reader votes.
    pub(crate) ballot: Option<BallotView>,
    /// How far it is.
    pub(crate) stands: State,
    /// What was typed into the form that came back.
    pub(crate) typed: Typed,
}

/// What the reader does next at a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    /// Nothing but reading and voting.
    None,
    /// Says who came.
    Open,
    /// Ends the voting.
    Close,
    /// Ends it with the numbers that tellers counted.
    Count,
    /// Enters the decision.
    Decide,
}

impl MeetingPage {
    /// It has not opened, or never will.
    fn is_called(&self) -> bool {
        matches!(self.stands, State::Called | State::CalledOff)
    }

    /// The votes are counted.
    fn is_closed(&self) -> bool {
        self.stands == State::Closed
    }

    /// There are minutes of it.
    fn is_over(&self) -> bool {
        matches!(self.stands, State::Closed | State::Inquorate)
    }

    /// The reader opens it or gives it up.
    fn opens(&self) -> bool {
        self.task == Task::Open
    }

    /// The reader ends the voting.
    fn closes(&self) -> bool {
        matches!(self.task, Task::Close | Task::Count)
    }

    /// The reader types numbers.
    fn counts(&self) -> bool {
        self.task == Task::Count
    }

    /// The reader enters a decision.
    fn decides(&self) -> bool {
        self.task == Task::Decide
    }
}

/// The reader's ballot.
#[derive(Debug, Clone)]
pub(crate) struct BallotView {
    /// The places that may be played in the sample; none where the reader has one.
    pub(crate) played: Vec<Choice>,
    /// All votes of the reader are in.
    pub(crate) is_done: bool,
    /// A vote cannot be taken back.
    pub(crate) is_secret: bool,
}

/// A member at a meeting.
#[derive(Debug, Clone)]
pub(crate) struct SeatView {
    /// Identity.
    pub(crate) member: String,
    /// `Chủ tịch`.
    pub(crate) post: String,
    /// The office.
    pub(crate) position: String,
    /// `Có mặt, chủ trì`.
    pub(crate) came: String,
    /// How much of their votes is in; empty where that is not to be shown.
    pub(crate) voted: String,
}

/// A motion.
#[derive(Debug, Clone)]
pub(crate) struct MotionView {
    /// The dossier.
    pub(crate) dossier: DossierView,
    /// What the reader chose: in the form that came back, else before, in an open ballot; empty else.
    pub(crate) chosen: String,
    /// The reader may vote on it now.
    pub(crate) may_vote: bool,
    /// The numbers to type where tellers count.
    pub(crate) counts: Vec<CountView>,
    /// `7 tán thành, 1 không tán thành`; empty before the votes are counted.
    pub(crate) votes: String,
    /// Who voted how, in an open ballot once the votes are counted.
    pub(crate) by_name: Vec<(String, String)>,
    /// What they came to.
    pub(crate) outcome: String,
    /// How that is meant.
    pub(crate) tone: Tone,
    /// How a tie was broken, and why; may be empty.
    pub(crate) adjudged: String,
    /// The reader may break the tie.
    pub(crate) may_adjudicate: bool,
}

/// A number of votes to be typed; its field is `{word}.{dossier}`.
#[derive(Debug, Clone)]
pub(crate) struct CountView {
    /// `for`, `against`, `abstain`, `spoilt`.
    pub(crate) word: &'static str,
    /// What it is called.
    pub(crate) label: String,
    /// What was typed before.
    pub(crate) typed: String,
    /// It has to be typed, be it nought.
    pub(crate) is_needed: bool,
}
