//! The generated sentence of the overview: how many have handed in, what holds units back, where some are
//! missing.

use dienhinh_domain::{calendar::format_day, dossiers::State, text::format_share};

use super::{Overview, parts::Share};
use crate::{cycles::views::SentencePart, dossiers::fill::words};

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
pub(super) fn sentence(overview: &Overview<'_>, failed: &[(usize, Share)]) -> Vec<SentencePart> {
    let (handed_in, all) = (overview.figures.all.handed_in(), overview.figures.all.total());
    let mut parts = vec![strong(overview.lang.t2("overview-said-handed-in", "n", handed_in, "of", all))];
    if !overview.is_too_early() && !failed.is_empty() {
        parts.extend(most_failed(overview, failed));
    }
    parts.extend(missing(overview));
    parts.push(plain(".".to_owned()));
    parts
}

/// The criteria most often not met, with the share they have in everything that is not met.
fn most_failed(overview: &Overview<'_>, failed: &[(usize, Share)]) -> Vec<SentencePart> {
    let lang = overview.lang;
    let mut parts = vec![plain(format!(". {} ", lang.t("overview-said-most")))];
    for (number, (place, _)) in failed.iter().take(NAMED_MAX).enumerate() {
        if number > 0 {
            parts.push(plain(format!(" {} ", lang.t("overview-said-and"))));
        }
        let criterion = &overview.figures.loaded.set.criteria[*place];
        let text = words::cut(lang.of(&criterion.text), CRITERION_CHARS);
        parts.push(SentencePart { text, href: overview.criterion_href(*place), strong: false });
    }
    let count = |failed: &[(usize, Share)]| failed.iter().map(|(_, share)| share.unmet).sum();
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
    let lacks = |state: State| !state.is_handed_in() && state != State::Invited;
    let count = overview.figures.all.dossiers(lacks);
    if count == 0 {
        return Vec::new();
    }
    let key = if overview.is_over() { "overview-said-late" } else { "overview-said-missing" };
    let mut text = format!(". {}", lang.look_up(key, &[("n", count.to_string())]));
    let places = overview.parts().map(|(part, name)| (part.tally.dossiers(lacks), name));
    let mut places: Vec<(i64, &str)> = places.filter(|(count, _)| *count > 0).collect();
    places.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    if overview.names.len() > 1 {
        let most = places.iter().take(NAMED_MAX).map(|(count, name)| format!("{name} ({count})"));
        let most = most.collect::<Vec<_>>().join(&format!(" {} ", lang.t("overview-said-and")));
        let key = if places.len() > NAMED_MAX { "overview-said-mostly" } else { "overview-said-at" };
        text = format!("{text}, {}", lang.look_up(key, &[("places", most)]));
    }
    let due = lang.t1("overview-said-due", "day", format_day(overview.figures.cycle.due_on));
    vec![plain(format!("{text}; {due}"))]
}
