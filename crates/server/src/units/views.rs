//! Units (S5): the search without accents, the business card of one unit, and the crosswalk.

pub(crate) mod lineage;
pub(crate) mod map;
pub(crate) mod reforms;
pub(crate) mod tree;

use askama::Template;

use self::lineage::LineageView;
use self::map::MapView;

use crate::web::{
    filters,
    layout::{Shell, Tone},
};

/// Search results, or the units below the reader's area.
#[derive(Debug, Clone, Template)]
#[template(path = "units/units.html")]
pub(crate) struct UnitsPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// What was searched for; empty shows the area.
    pub(crate) query: String,
    /// `Tìm thấy 3 đơn vị`, or that nothing was found and what to try.
    pub(crate) summary: String,
    /// The day that was asked for, like `2025-06-30`; may be empty.
    pub(crate) as_of: String,
    /// The boundary set in force: `Địa giới trước 01/7/2025`.
    pub(crate) boundary: String,
    /// What may have been meant where nothing was found: address and words.
    pub(crate) offers: Vec<(String, String)>,
    /// The units, best first, or in reading order.
    pub(crate) units: Vec<UnitLine>,
    /// Where the list goes on; empty at its end.
    pub(crate) next_href: String,
}

/// A unit in a list.
#[derive(Debug, Clone)]
pub(crate) struct UnitLine {
    /// `/units/{id}`.
    pub(crate) href: String,
    /// Its name.
    pub(crate) name: String,
    /// The names above it.
    pub(crate) place: String,
    /// What kind it is.
    pub(crate) kind: String,
    /// Where it stands in the current cycle; may be empty.
    pub(crate) state: String,
    /// How that is meant.
    pub(crate) tone: Tone,
}

/// One unit.
#[derive(Debug, Clone, Template)]
#[template(path = "units/unit.html")]
pub(crate) struct UnitPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// Its name.
    pub(crate) name: String,
    /// The names above it, with links.
    pub(crate) above: Vec<AboveView>,
    /// Kind, code, validity: label and value.
    pub(crate) facts: Vec<(String, String)>,
    /// The boundary set in force.
    pub(crate) boundary: String,
    /// The name is made up for the sample: what to say.
    pub(crate) illustrative: Option<String>,
    /// Results by year, newest first.
    pub(crate) results: Vec<ResultView>,
    /// Certificates.
    pub(crate) certificates: Vec<UnitCertificate>,
    /// Units below by kind.
    pub(crate) children: Vec<ChildrenView>,
    /// Unmet criteria with their plans.
    pub(crate) gaps: Vec<GapView>,
    /// What it was, came from and became.
    pub(crate) lineage: LineageView,
    /// That it is closed, or not there yet, and which day is shown; empty while it is in force.
    pub(crate) closed: String,
    /// The tree of all units, open down to it.
    pub(crate) tree_href: String,
    /// The crosswalk of its code; empty without one.
    pub(crate) crosswalk_href: String,
    /// Where it lies: the units below it, or it among those beside it; none where no boundary is known.
    pub(crate) map: Option<MapView>,
    /// In the sample, the identity under which its officer can be played; empty where nobody can.
    pub(crate) act_for: String,
}

/// Every unit that ever bore a code or name.
#[derive(Debug, Clone, Template)]
#[template(path = "units/crosswalk.html")]
pub(crate) struct CrosswalkPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// What was looked for.
    pub(crate) query: String,
    /// How many were found; empty when nothing was looked for.
    pub(crate) summary: String,
    /// What may have been meant where nothing was found: address and words.
    pub(crate) offers: Vec<(String, String)>,
    /// The same as CSV; empty when nothing was found.
    pub(crate) csv_href: String,
    /// The units, best first.
    pub(crate) units: Vec<CrosswalkUnit>,
}

/// A unit in the crosswalk.
#[derive(Debug, Clone)]
pub(crate) struct CrosswalkUnit {
    /// Its page.
    pub(crate) href: String,
    /// Its last name with its code.
    pub(crate) name: String,
    /// What it was, came from and became.
    pub(crate) lineage: LineageView,
}

/// A unit above.
#[derive(Debug, Clone)]
pub(crate) struct AboveView {
    /// Its page.
    pub(crate) href: String,
    /// Its name.
    pub(crate) name: String,
}

/// The result of one cycle.
#[derive(Debug, Clone)]
pub(crate) struct ResultView {
    /// `2023`.
    pub(crate) year: String,
    /// The programme.
    pub(crate) programme: String,
    /// Its dossier; empty when the reader may not open it.
    pub(crate) href: String,
    /// `32/34 đạt · 96,0 điểm`; may be empty.
    pub(crate) result: String,
    /// Where it stands.
    pub(crate) state: String,
    /// How that is meant.
    pub(crate) tone: Tone,
}

/// A certificate of the unit.
#[derive(Debug, Clone)]
pub(crate) struct UnitCertificate {
    /// Title and year.
    pub(crate) title: String,
    /// `05/QĐ-UBND, 24/11/2023`.
    pub(crate) decision: String,
    /// What people type or scan.
    pub(crate) code: String,
    /// `/portal/certificates/{code}`.
    pub(crate) portal_href: String,
    /// `/recognition/certificates/{id}.pdf`.
    pub(crate) pdf_href: String,
    /// How the title stands, where something was ruled on it.
    pub(crate) status: Option<(String, Tone)>,
}

/// Units below of one kind.
#[derive(Debug, Clone)]
pub(crate) struct ChildrenView {
    /// `Khóm, ấp`.
    pub(crate) kind: String,
    /// `7 đơn vị, 7 đã đăng ký`.
    pub(crate) summary: String,
    /// The units, or the first of them.
    pub(crate) units: Vec<UnitLine>,
    /// The list of all of them; empty where all are shown.
    pub(crate) more_href: String,
}

/// A criterion that is not met.
#[derive(Debug, Clone)]
pub(crate) struct GapView {
    /// The row on its sheet; empty when the reader may not open it.
    pub(crate) href: String,
    /// The criterion.
    pub(crate) text: String,
    /// The plan in a sentence, or that there is none.
    pub(crate) plan: String,
    /// Whether there is one.
    pub(crate) tone: Tone,
}
