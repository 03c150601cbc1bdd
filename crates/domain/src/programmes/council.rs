//! How a council votes, read from a pack: `[recognition.council]`. What that means stands in
//! [`crate::committees::voting`].

use std::ops::Range;

use toml::Spanned;

use super::{Council, Share, parse::Reader, raw::RawCouncil, rules::share_in};
use crate::committees::voting::{Ballot, Base, Majority, Rules, Tie};

const HALF: Share = Share { part: 1, whole: 2 };

impl Reader<'_> {
    pub(super) fn council(&mut self, raw: Spanned<RawCouncil>) -> Council {
        let place = raw.span();
        let raw = raw.into_inner();
        let majority = self.majority(raw.more_than.as_ref(), raw.at_least.as_ref(), &place);
        let tie = self.word("tie", &raw.tie, Tie::ALL, Tie::code);
        // Without a majority that could be read, there is nothing to say about the tie.
        if tie == Tie::Chair && majority.is_some_and(|majority| !majority.is_simple()) {
            self.complain(
                &raw.tie.span(),
                "tie = \"chair\" chỉ đi với more_than = \"1/2\"; với tỷ lệ khác ghi tie = \"lost\"",
                "tie = \"chair\" goes with more_than = \"1/2\" only; beside another share write tie = \"lost\"",
            );
        }
        let rules = Rules {
            quorum: self.part_of_members(&raw.quorum, true).unwrap_or(HALF),
            ballot: self.word("ballot", &raw.ballot, Ballot::ALL, Ballot::code),
            majority: majority.unwrap_or(Majority::MoreThan(HALF)),
            of: self.word("of", &raw.of, Base::ALL, Base::code),
            tie,
        };
        Council { rules, mark: self.mark(&raw.mark), source: raw.source }
    }

    fn majority(
        &mut self,
        more_than: Option<&Spanned<String>>,
        at_least: Option<&Spanned<String>>,
        place: &Range<usize>,
    ) -> Option<Majority> {
        match (more_than, at_least) {
            // Nothing is more than all of it.
            (Some(text), None) => self.part_of_members(text, false).map(Majority::MoreThan),
            (None, Some(text)) => self.part_of_members(text, true).map(Majority::AtLeast),
            (_, second) => {
                let place = second.map_or_else(|| place.clone(), Spanned::span);
                self.complain(
                    &place,
                    "cần đúng một trong more_than, at_least",
                    "exactly one of more_than, at_least is needed",
                );
                None
            }
        }
    }

    /// A share that asks for somebody, and for no more than all.
    fn part_of_members(&mut self, text: &Spanned<String>, may_be_all: bool) -> Option<Share> {
        let fits =
            |share: &Share| share.part > 0 && (share.part < share.whole || may_be_all && share.part == share.whole);
        let share = share_in(text.get_ref()).filter(fits);
        if share.is_none() {
            let (vi, en) = if may_be_all { ("không quá 1", "at most 1") } else { ("nhỏ hơn 1", "below 1") };
            let found = text.get_ref();
            self.complain(
                &text.span(),
                format!("“{found}”: cần tỷ lệ lớn hơn 0 và {vi}, viết dạng \"70/100\""),
                format!("`{found}`: a share above 0 and {en} is needed, written \"70/100\""),
            );
        }
        share
    }

    /// The value that a word of the table names; the first of them where there is none.
    fn word<T: Copy, const N: usize>(
        &mut self,
        key: &str,
        word: &Spanned<String>,
        all: [T; N],
        code: fn(T) -> &'static str,
    ) -> T {
        let named = all.into_iter().find(|value| code(*value) == word.get_ref());
        named.unwrap_or_else(|| {
            let known = all.map(code).join(", ");
            self.complain(&word.span(), format!("{key} là {known}"), format!("{key} is {known}"));
            all[0]
        })
    }
}
