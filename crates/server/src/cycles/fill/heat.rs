//! Where criteria are not met: the heat map, and the criteria most often not met. Counts dossiers that were
//! handed in.

use dienhinh_domain::text::format_share;

use super::{
    Overview,
    parts::{Part, Share},
};
use crate::{
    cycles::views::{FailedView, HeatCell, HeatRow, HeatView},
    dossiers::fill::words,
    web::layout::Bar,
};

/// How many criteria the list of those most often not met shows.
const FAILED_MAX: usize = 5;

/// Where the classes of the heat map begin, in per cent.
const LEVELS: [i64; 4] = [5, 10, 20, 35];

/// How long a title stands over a column, in characters.
const COLUMN_CHARS: usize = 26;

impl Share {
    /// In per cent, cut like every share the product shows, so that number and colour never contradict.
    fn percent(self) -> Option<i64> {
        (self.judged > 0).then(|| self.unmet * 100 / self.judged)
    }

    fn level(self) -> u8 {
        let percent = self.percent().unwrap_or_default();
        LEVELS.iter().map(|from| u8::from(percent >= *from)).sum()
    }
}

/// A column of the heat map.
struct Column {
    title: String,
    /// What narrows the list behind a cell to it.
    narrowing: (&'static str, String),
    criteria: Vec<usize>,
}

/// One column a group of criteria, or one a criterion where the set has a single group.
fn columns(overview: &Overview<'_>) -> Vec<Column> {
    let (lang, set) = (overview.lang, &overview.figures.loaded.set);
    if set.groups.len() == 1 {
        let column = |(at, criterion): (usize, &dienhinh_domain::programmes::Criterion)| {
            let title = format!("{}. {}", criterion.number, lang.of(&criterion.text));
            let narrowing = ("criterion", criterion.id.clone());
            Column { title: words::cut(&title, COLUMN_CHARS), narrowing, criteria: vec![at] }
        };
        return set.criteria.iter().enumerate().map(column).collect();
    }
    let column = |(number, group): (usize, &dienhinh_domain::programmes::Group)| {
        let title = format!("{}. {}", words::roman(number + 1), lang.of(&group.title));
        let here = set.criteria.iter().enumerate().filter(|(_, criterion)| criterion.group == number);
        Column {
            title: words::cut(&title, COLUMN_CHARS),
            narrowing: ("group", group.id.clone()),
            criteria: here.map(|(at, _)| at).collect(),
        }
    };
    set.groups.iter().enumerate().map(column).collect()
}

/// The heat map; none before the first dossier is handed in.
pub(super) fn heat(overview: &Overview<'_>) -> Option<HeatView> {
    if overview.figures.all.handed_in() == 0 {
        return None;
    }
    let lang = overview.lang;
    let columns = columns(overview);
    let all: Vec<usize> = (0..overview.figures.loaded.set.criteria.len()).collect();
    // A country has thousands of cells: what is the same in all of them is looked up once.
    let words = Words { of: lang.t("overview-cell"), none: lang.t("overview-cell-none") };
    let row = |(part, name): (&Part, &str)| {
        let area = ("area", part.unit.unit.to_string());
        let cell = |column: &Column| {
            let share = part.tally.share(&column.criteria);
            let text = share.percent().map(|percent| format!("{percent}%"));
            cell(overview, &words, share, text, &[area.clone(), column.narrowing.clone()])
        };
        let total = part.tally.share(&all);
        let total_text = format_share(total.unmet, total.judged);
        HeatRow {
            name: name.to_owned(),
            total: self::cell(overview, &words, total, total_text, std::slice::from_ref(&area)),
            cells: columns.iter().map(cell).collect(),
        }
    };
    let [low, high] = [lang.t("overview-level-low"), lang.t("overview-level-high")];
    Some(HeatView {
        corner: overview.corner(),
        rows: overview.parts().map(row).collect(),
        columns: columns.iter().map(|column| column.title.clone()).collect(),
        legend: [low, "5–9%".to_owned(), "10–19%".to_owned(), "20–34%".to_owned(), high],
    })
}

/// What cells say beside their figures.
struct Words {
    of: String,
    none: String,
}

fn cell(
    overview: &Overview<'_>,
    words: &Words,
    share: Share,
    text: Option<String>,
    narrowing: &[(&str, String)],
) -> HeatCell {
    let Some(text) = text else {
        return HeatCell { text: "–".to_owned(), level: 0, href: String::new(), label: words.none.clone() };
    };
    let href = if share.unmet > 0 { overview.list_href(narrowing) } else { String::new() };
    HeatCell { level: share.level(), href, label: format!("{}/{} {}", share.unmet, share.judged, words.of), text }
}

/// The place of every criterion that somebody does not meet with how often, the most frequent first.
pub(super) fn all_failed(overview: &Overview<'_>) -> Vec<(usize, Share)> {
    let criteria = 0..overview.figures.loaded.set.criteria.len();
    let mut failed: Vec<(usize, Share)> = criteria
        .map(|place| (place, overview.figures.all.share(&[place])))
        .filter(|(_, share)| share.unmet > 0)
        .collect();
    failed.sort_by_key(|(_, share)| std::cmp::Reverse(share.unmet));
    failed
}

/// The criteria most often not met.
pub(super) fn most_failed(overview: &Overview<'_>, failed: &[(usize, Share)]) -> Vec<FailedView> {
    let view = |(place, share): &(usize, Share)| FailedView {
        text: overview.criterion_text(*place, 110),
        href: overview.criterion_href(*place),
        count: share.unmet,
        bar: Bar::of(overview.figures.all.handed_in(), &[("fail", share.unmet)]),
        plans: overview.lang.t2("overview-failed-plans", "n", share.planned, "of", share.unmet),
    };
    failed.iter().take(FAILED_MAX).map(view).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_colour_of_a_cell_say_the_same() {
        for (unmet, judged, percent, level) in [
            (0, 10, Some(0), 0),
            (499, 10_000, Some(4), 0),
            (5, 100, Some(5), 1),
            (999, 10_000, Some(9), 1),
            (1, 10, Some(10), 2),
            (1, 5, Some(20), 3),
            (3499, 10_000, Some(34), 3),
            (35, 100, Some(35), 4),
            (7, 7, Some(100), 4),
            (0, 0, None, 0),
        ] {
            let share = Share { unmet, judged, planned: 0 };
            assert_eq!((share.percent(), share.level()), (percent, level), "{unmet}/{judged}");
        }
    }
}
