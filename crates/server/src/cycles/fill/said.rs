//! The generated sentence of the overview: how many have handed in, what holds units back, where some are
//! missing.

use dienhinh_domain::{calendar::format_day, text::format_share};

use super::{Overview, heat::Failed};
use crate::{
    cycles::{fill::batch::Entry, views::SentencePart},
    dossiers::fill::words,
};

/// How many criteria and places the sentence names.
const NAMED_MAX: usize = 2;

/// How long a criterion may be in it, in characters.
const CRITERION_CHARS: usize = 60;

fn plain(text: String) -> SentencePart {
    SentencePart { text, href: String::new(), strong: false }
}

fn strong(text: String) -> SentencePart {
    SentencePart { text, href: String::new(), strong: true }
}

/// Spaces and marks between the parts stand here and not in the catalogues, which take spaces off their ends.
pub(super) fn sentence(overview: &Overview<'_>, failed: &[Failed]) -> Vec<SentencePart> {
    let (handed_in, all) = (overview.handed_in.len(), overview.batch.entries.len());
    let mut parts = vec![strong(overview.lang.t2("overview-said-handed-in", "n", handed_in, "of", all))];
    if !overview.is_too_early() && !failed.is_empty() {
        parts.extend(most_failed(overview, failed));
    }
    parts.extend(missing(overview));
    parts.push(plain(".".to_owned()));
    parts
}

/// The criteria most often not met, with the share they have in everything that is not met.
fn most_failed(overview: &Overview<'_>, failed: &[Failed]) -> Vec<SentencePart> {
    let lang = overview.lang;
    let mut parts = vec![plain(format!(". {} ", lang.t("overview-said-most")))];
    for (number, failed) in failed.iter().take(NAMED_MAX).enumerate() {
        if number > 0 {
            parts.push(plain(format!(" {} ", lang.t("overview-said-and"))));
        }
        let criterion = &overview.batch.loaded.set.criteria[failed.at];
        let text = words::cut(lang.of(&criterion.text), CRITERION_CHARS);
        parts.push(SentencePart { text, href: overview.criterion_href(failed.at), strong: false });
    }
    let count = |failed: &[Failed]| words::whole(failed.iter().map(|failed| failed.count).sum());
    let named = count(&failed[..failed.len().min(NAMED_MAX)]);
    if let Some(share) = format_share(named, count(failed)) {
        parts.push(plain(format!(", {} ", lang.t("overview-said-share"))));
        parts.push(strong(share));
        parts.push(plain(format!(" {}", lang.t("overview-said-of-unmet"))));
    }
    parts
}

/// How many units have registered and not handed in, and where most of them are.
fn missing(overview: &Overview<'_>) -> Vec<SentencePart> {
    let lang = overview.lang;
    let lacks = |entry: &&Entry| {
        let state = entry.dossier.state;
        !state.is_handed_in() && state != dienhinh_domain::dossiers::State::Invited
    };
    let count = overview.batch.entries.iter().filter(lacks).count();
    if count == 0 {
        return Vec::new();
    }
    let key = if overview.is_over() { "overview-said-late" } else { "overview-said-missing" };
    let mut text = format!(". {}", lang.look_up(key, &[("n", count.to_string())]));
    let parts = overview.parts();
    let mut places: Vec<(usize, &str)> = parts
        .iter()
        .map(|part| (part.entries.iter().copied().filter(lacks).count(), part.name.as_str()))
        .filter(|(count, _)| *count > 0)
        .collect();
    places.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    if parts.len() > 1 {
        let most = places.iter().take(NAMED_MAX).map(|(count, name)| format!("{name} ({count})"));
        let most = most.collect::<Vec<_>>().join(&format!(" {} ", lang.t("overview-said-and")));
        let key = if places.len() > NAMED_MAX { "overview-said-mostly" } else { "overview-said-at" };
        text = format!("{text}, {}", lang.look_up(key, &[("places", most)]));
    }
    let due = lang.t1("overview-said-due", "day", format_day(overview.batch.cycle.due_on));
    vec![plain(format!("{text}; {due}"))]
}
