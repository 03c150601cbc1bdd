//! The two languages of the interface and their catalogues in `locales/`.
//!
//! Vietnamese first: it is the default and the fallback. Does not translate what people wrote, nor
//! criteria, which carry both languages in their packs.

use std::collections::HashMap;

use dienhinh_domain::Refused;
use fluent_templates::{Loader, fluent_bundle::FluentValue, static_loader};
use unic_langid::{LanguageIdentifier, langid};

static_loader! {
    static CATALOGUES = {
        locales: "./locales",
        fallback_language: "vi",
        // Isolation marks around values would travel into copied text and searches.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

const VI: LanguageIdentifier = langid!("vi");
const EN: LanguageIdentifier = langid!("en");

/// The Vietnamese and the English half of a message that the command line shows in both.
pub(crate) fn halves(text: &str) -> (&str, &str) {
    text.split_once(" / ").unwrap_or((text, text))
}

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Lang {
    /// Tiếng Việt.
    #[default]
    Vi,
    /// English.
    En,
}

impl Lang {
    /// Both languages.
    pub(crate) const ALL: [Self; 2] = [Self::Vi, Self::En];

    /// The value of `lang` attributes, cookies and forms.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// The language behind a word of [`Self::code`].
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// The language a reader can switch to.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Vi => Self::En,
            Self::En => Self::Vi,
        }
    }

    /// Chooses between a text's two languages.
    pub(crate) fn pick<'a>(self, vi: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }

    /// The catalogue's text for a key.
    pub(crate) fn t(self, key: &str) -> String {
        self.look_up(key, &[])
    }

    /// The catalogue's text with one value put in.
    #[expect(clippy::needless_pass_by_value, reason = "templates hand over values and references alike")]
    pub(crate) fn t1(self, key: &str, name: &'static str, value: impl ToString) -> String {
        self.look_up(key, &[(name, value.to_string())])
    }

    /// The catalogue's text with two values put in.
    #[expect(clippy::needless_pass_by_value, reason = "templates hand over values and references alike")]
    pub(crate) fn t2(
        self,
        key: &str,
        first: &'static str,
        one: impl ToString,
        second: &'static str,
        two: impl ToString,
    ) -> String {
        self.look_up(key, &[(first, one.to_string()), (second, two.to_string())])
    }

    /// Why the rules say no.
    pub(crate) fn why(self, refused: &Refused) -> String {
        let values: Vec<(&str, String)> = refused.args.iter().map(|(name, value)| (&**name, value.clone())).collect();
        self.look_up(&refused.text_key(), &values)
    }

    /// The catalogue's text with any values put in; the key may come from a refusal.
    pub(crate) fn look_up(self, key: &str, values: &[(&str, String)]) -> String {
        let language = match self {
            Self::Vi => &VI,
            Self::En => &EN,
        };
        let values: HashMap<_, _> =
            values.iter().map(|(name, value)| ((*name).to_owned().into(), FluentValue::from(value.as_str()))).collect();
        // A key that is missing shows itself; a test looks for the brackets on every page.
        CATALOGUES.try_lookup_with_args(language, key, &values).unwrap_or_else(|| format!("⟦{key}⟧"))
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    fn walk(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in fs::read_dir(folder).expect("folder") {
            let path = entry.expect("entry").path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }

    fn keys_of(lang: Lang) -> BTreeSet<String> {
        let mut files = Vec::new();
        walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(lang.code()), &mut files);
        let text: String = files.iter().map(|file| fs::read_to_string(file).expect("catalogue")).collect();
        let keys: Vec<String> = text
            .lines()
            .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
            .filter_map(|line| line.split_once(" =").map(|(key, _)| key.to_owned()))
            .collect();
        let unique: BTreeSet<String> = keys.iter().cloned().collect();
        assert_eq!(keys.len(), unique.len(), "a key stands twice in {}", lang.code());
        unique
    }

    /// Keys written out in templates and code: the first argument of `t`, `t1`, `t2`.
    fn keys_used() -> BTreeSet<String> {
        let mut files = Vec::new();
        walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        let mut used = BTreeSet::new();
        for file in files.iter().filter(|file| file.extension().is_some_and(|end| end == "html" || end == "rs")) {
            let text = fs::read_to_string(file).expect("source");
            for call in [".t(\"", ".t1(\"", ".t2(\""] {
                used.extend(
                    text.split(call).skip(1).filter_map(|rest| rest.split_once('"')).map(|(key, _)| key.to_owned()),
                );
            }
        }
        used
    }

    #[test]
    fn both_catalogues_say_the_same_things() {
        assert_eq!(keys_of(Lang::Vi), keys_of(Lang::En));
    }

    #[test]
    fn every_key_that_is_used_exists() {
        let used = keys_used();
        assert!(used.len() > 100, "the search for keys finds {} only", used.len());
        let known = keys_of(Lang::Vi);
        let missing: Vec<_> = used.difference(&known).collect();
        assert!(missing.is_empty(), "not in the catalogues: {missing:?}");
    }

    #[test]
    fn a_text_may_depend_on_its_value() {
        let text = |state: &str| Lang::Vi.t1("refused-dossiers-locked", "state", state);
        assert!(text("presented").contains("lãnh đạo"));
        assert_ne!(text("presented"), text("recognised"));
    }

    #[test]
    fn values_are_put_in_without_marks() {
        assert_eq!(Lang::Vi.t1("points-of", "max", "100"), "/100 điểm");
        assert_eq!(Lang::En.look_up("no-such-key", &[]), "⟦no-such-key⟧");
    }
}
