//! The fields about a decision itself, which every form for one has: its day, who issues it, who signs it, on what.

use dienhinh_domain::{
    Refused,
    calendar::{format_day, parse_day},
    recognition::{Draft, SigningCapacity},
};
use jiff::civil::Date;

use crate::{
    recognition::{
        papers,
        views::{CapacityView, DraftFields},
    },
    web::{
        fields::value,
        lang::Lang,
        problem::{Outcome, Problem},
    },
};

/// The fields as they were sent.
#[derive(Debug, Clone)]
pub(super) struct TypedDraft {
    signed_on: String,
    issuer: String,
    place: String,
    capacity: SigningCapacity,
    signatory: String,
    legal_bases: String,
}

impl TypedDraft {
    /// Takes them out of a form. Missing: a capacity that the page never offers.
    pub(super) fn read(fields: &[(String, String)]) -> Outcome<Self> {
        let capacity = SigningCapacity::from_code(&value(fields, "capacity")).ok_or(Problem::Missing("capacity"))?;
        Ok(Self {
            signed_on: value(fields, "signed_on"),
            issuer: value(fields, "issuer"),
            place: value(fields, "place"),
            capacity,
            signatory: value(fields, "signatory"),
            legal_bases: value(fields, "legal_bases"),
        })
    }

    /// The day on the decision, or today while it cannot be read: for the number that comes next.
    pub(super) fn day_or(&self, today: Date) -> Date {
        parse_day(&self.signed_on, today).unwrap_or(today)
    }

    /// What was filled in. Refused: the date cannot be read.
    pub(super) fn draft(&self, today: Date) -> Result<Draft, Refused> {
        let bad_date = || Refused::new("recognition.bad_date").with("value", &self.signed_on);
        Ok(Draft {
            issuer: self.issuer.clone(),
            place: self.place.clone(),
            signed_on: parse_day(&self.signed_on, today).ok_or_else(bad_date)?,
            capacity: self.capacity,
            signatory: self.signatory.clone(),
            legal_bases: self.legal_bases.lines().map(str::to_owned).collect(),
        })
    }

    /// The field to put right; none where it is not one of these.
    pub(super) fn field(&self, refused: &Refused) -> Option<&'static str> {
        match &*refused.code {
            "recognition.bad_date" => Some("signed_on"),
            "recognition.draft_incomplete" => {
                let fields = [
                    ("issuer", &self.issuer),
                    ("place", &self.place),
                    ("signatory", &self.signatory),
                    ("legal_bases", &self.legal_bases),
                ];
                let empty = fields.into_iter().find(|(_, value)| value.trim().is_empty());
                Some(empty.map_or("issuer", |(field, _)| field))
            }
            _ => None,
        }
    }
}

/// The fields as the page shows them: as they were typed, else what is usual for a body (`issuer`, a unit's name); with
/// one for the second factor where that is asked for.
pub(super) fn fields(
    lang: Lang,
    typed: Option<&TypedDraft>,
    (number, issuer): (i64, &str),
    today: Date,
    bases: &[String],
    asks_code: bool,
) -> DraftFields {
    let kept = |of: fn(&TypedDraft) -> &String, usual: String| typed.map_or(usual, |typed| of(typed).clone());
    let capacity = typed.map_or(SigningCapacity::ForTheCollective, |typed| typed.capacity);
    DraftFields {
        number_preview: format!("{number:02}/QĐ-UBND"),
        issuer: kept(|typed| &typed.issuer, papers::committee_of(issuer)),
        place: kept(|typed| &typed.place, papers::place_of(issuer).to_owned()),
        signed_on: kept(|typed| &typed.signed_on, format_day(today)),
        capacities: SigningCapacity::ALL.map(|of| capacity_view(lang, of, capacity)).to_vec(),
        signatory: kept(|typed| &typed.signatory, "CHỦ TỊCH".to_owned()),
        legal_bases: kept(|typed| &typed.legal_bases, bases.join("\n")),
        asks_code,
    }
}

fn capacity_view(lang: Lang, capacity: SigningCapacity, chosen: SigningCapacity) -> CapacityView {
    let text = match capacity {
        SigningCapacity::ForTheCollective => lang.t("signing-collective"),
        SigningCapacity::InPlaceOf => lang.t("signing-in-place"),
        SigningCapacity::ByOrder => lang.t("signing-by-order"),
        SigningCapacity::ByAuthority => lang.t("signing-by-authority"),
    };
    CapacityView { code: capacity.code(), text, chosen: capacity == chosen }
}
