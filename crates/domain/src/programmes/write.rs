//! From a criteria set back to the text of a pack, in one fixed layout: `parse(write(set))` is the set again.
//!
//! What the program does not read is not written: comments of an older text, and the order of its keys.

use std::fmt::Write as _;

use super::{
    Band, Calendar, Case, Class, Council, CriteriaSet, Criterion, EvidenceRule, From, Measure, MonthDay, NotApplicable,
    Part, Quota, Rest, Role, Rule, Share, ShareBound, Text,
};
use crate::{committees::voting::Majority, units::UnitKind};

/// The text of `pack.toml`.
pub fn write(set: &CriteriaSet) -> String {
    let mut out = Toml::default();
    out.text("code", &set.code);
    out.text("version", &set.version);
    out.text("programme", &set.programme);
    out.line("kinds", &kinds(&set.kinds));
    out.line("valid_from", &set.valid_from.to_string());
    out.texts("title", &set.title);
    out.texts("short_title", &set.short_title);
    out.texts("standing", &set.standing);
    let policy = set.not_applicable;
    out.optional("not_applicable", (policy != NotApplicable::default()).then(|| quoted(policy.code())));
    out.0.push_str("legal_bases = [\n");
    for basis in &set.legal_bases {
        let _ = writeln!(out.0, "  {},", both(basis));
    }
    out.0.push_str("]\n");
    out.table("[award]");
    for (kind, title) in &set.awards {
        out.texts(kind.code(), title);
    }
    out.calendar(set.calendar);
    out.recognition(set);
    for class in set.classes.iter().filter(|_| !only_recognises(set)) {
        out.class(class);
    }
    for quota in &set.quotas {
        out.quota(set, quota);
    }
    for group in &set.unit_groups {
        out.table("[[unit_group]]");
        out.text("id", &group.id);
        out.texts("title", &group.title);
        let value = |text: &String| written_whole(text).unwrap_or_else(|| quoted(text));
        let values = group.values.iter().map(|(key, text)| format!("{} = {}", quoted(key), value(text)));
        out.line("values", &inline(values).unwrap_or_else(|| "{}".to_owned()));
    }
    for group in &set.groups {
        out.table("[[group]]");
        out.text("id", &group.id);
        out.texts("title", &group.title);
        out.optional("cap", group.cap_thousandths.map(points));
        out.optional("role", (group.role != Role::Counted).then(|| quoted(group.role.code())));
    }
    for criterion in &set.criteria {
        out.criterion(set, criterion);
    }
    out.0
}

/// The text of `cases.toml`.
pub fn write_cases(cases: &[Case]) -> String {
    let mut out = Toml::default();
    for (at, case) in cases.iter().enumerate() {
        if at > 0 {
            out.0.push('\n');
        }
        out.0.push_str("[[case]]\n");
        out.text("name", &case.name);
        out.optional("unit_group", case.unit_group.as_deref().map(quoted));
        out.optional("parent", case.parent.as_deref().map(quoted));
        let inputs = case.inputs.iter().map(|(key, value)| format!("{} = {value}", quoted(key)));
        out.optional("inputs", inline(inputs));
        out.optional("rest", (case.rest == Rest::Met).then(|| quoted("met")));
        let outcomes = case.outcomes.iter().map(|(key, word)| format!("{} = {}", quoted(key), quoted(word)));
        out.optional("outcomes", inline(outcomes));
        let counts = [("met", case.met), ("unmet", case.unmet), ("no_data", case.no_data)];
        for (key, count) in counts.into_iter().chain([("not_applicable", case.not_applicable)]) {
            out.optional(key, count.map(|count| count.to_string()));
        }
        let expected = case.points.as_deref();
        out.optional("points", expected.map(|text| written_whole(text).unwrap_or_else(|| quoted(text))));
        out.optional("class", case.class.as_deref().map(quoted));
        out.optional("recognised", case.recognised.as_deref().map(quoted));
        out.optional("rank", case.rank.map(|rank| rank.to_string()));
        out.optional("final_class", case.final_class.as_deref().map(quoted));
        let says = case.says.iter().map(|(key, sentence)| format!("{} = {}", quoted(key), quoted(sentence)));
        out.optional("says", inline(says));
    }
    out.0
}

/// The text itself where a whole number is written exactly so.
fn written_whole(text: &str) -> Option<String> {
    text.parse::<i64>().ok().map(|whole| whole.to_string()).filter(|whole| whole == text)
}

/// `{ a = 1, b = 2 }`, none when there is nothing to say.
fn inline(entries: impl Iterator<Item = String>) -> Option<String> {
    let entries: Vec<String> = entries.collect();
    (!entries.is_empty()).then(|| format!("{{ {} }}", entries.join(", ")))
}

/// Whether the set has the one class that [`super::parse()`] makes of `min_met` alone.
fn only_recognises(set: &CriteriaSet) -> bool {
    let [class] = set.classes.as_slice() else { return false };
    class.id == "recognised"
        && (class.title.vi.as_str(), class.title.en.as_str()) == ("Công nhận", "Recognised")
        && class.min_points_thousandths == 0
        && class.group_share.is_none()
        && (1..=set.counted().count()).contains(&class.min_met)
}

/// A text between quotation marks with everything escaped that TOML does not take as it is.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            control if control.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

fn both(text: &Text) -> String {
    format!("{{ vi = {}, en = {} }}", quoted(&text.vi), quoted(&text.en))
}

fn list(words: impl Iterator<Item = String>) -> String {
    format!("[{}]", words.collect::<Vec<_>>().join(", "))
}

fn kinds(kinds: &[UnitKind]) -> String {
    list(kinds.iter().map(|kind| quoted(kind.code())))
}

/// `70/100`.
fn share(share: Share) -> String {
    quoted(&format!("{}/{}", share.part, share.whole))
}

/// `3`, or `"2.5"`: what is not whole stands as text.
fn points(thousandths: i64) -> String {
    let (whole, rest) = (thousandths / 1000, thousandths % 1000);
    if rest == 0 {
        return whole.to_string();
    }
    quoted(format!("{whole}.{rest:03}").trim_end_matches('0'))
}

/// The lines of a pack.
#[derive(Default)]
struct Toml(String);

impl Toml {
    fn line(&mut self, key: &str, value: &str) {
        let _ = writeln!(self.0, "{key} = {value}");
    }

    fn optional(&mut self, key: &str, value: Option<String>) {
        if let Some(value) = value {
            self.line(key, &value);
        }
    }

    fn text(&mut self, key: &str, value: &str) {
        self.line(key, &quoted(value));
    }

    fn texts(&mut self, key: &str, value: &Text) {
        self.line(key, &both(value));
    }

    fn flag(&mut self, key: &str, value: bool) {
        self.optional(key, value.then(|| "true".to_owned()));
    }

    fn table(&mut self, heading: &str) {
        let _ = write!(self.0, "\n{heading}\n");
    }

    fn calendar(&mut self, calendar: Calendar) {
        self.table("[calendar]");
        let day = |day: MonthDay| format!("{:02}/{:02}", day.day, day.month);
        self.text("assessed_from", &day(calendar.assessed_from));
        self.text("assessed_until", &day(calendar.assessed_until));
        self.text("registration_until", &day(calendar.registration_until));
        self.text("due", &day(calendar.due));
    }

    fn recognition(&mut self, set: &CriteriaSet) {
        self.table("[recognition]");
        let recognition = &set.recognition;
        if only_recognises(set) {
            self.line("min_met", &recognition.min_met.to_string());
        } else if let Some(class) = recognition.class.checked_sub(1).and_then(|at| set.classes.get(at)) {
            self.text("class", &class.id);
        }
        self.text("mark", recognition.mark.code());
        self.texts("source", &recognition.source);
        self.line("issued_by", &kinds(&recognition.issued_by));
        if let Some(council) = &recognition.council {
            self.council(council);
        }
    }

    fn council(&mut self, council: &Council) {
        self.table("[recognition.council]");
        let rules = &council.rules;
        self.line("quorum", &share(rules.quorum));
        self.text("ballot", rules.ballot.code());
        match rules.majority {
            Majority::MoreThan(bound) => self.line("more_than", &share(bound)),
            Majority::AtLeast(bound) => self.line("at_least", &share(bound)),
        }
        self.text("of", rules.of.code());
        self.text("tie", rules.tie.code());
        self.text("mark", council.mark.code());
        self.texts("source", &council.source);
    }

    fn class(&mut self, class: &Class) {
        self.table("[[class]]");
        self.text("id", &class.id);
        self.texts("title", &class.title);
        self.optional("min_points", (class.min_points_thousandths > 0).then(|| points(class.min_points_thousandths)));
        self.optional("min_met", (class.min_met > 0).then(|| class.min_met.to_string()));
        self.optional("group_share", class.group_share.map(share));
    }

    fn quota(&mut self, set: &CriteriaSet, quota: &Quota) {
        let class = |at: usize| at.checked_sub(1).and_then(|at| set.classes.get(at)).map_or("", |class| &class.id);
        self.table("[[quota]]");
        self.text("class", class(quota.class));
        self.text("of", class(quota.of));
        self.line("at_most", &share(quota.at_most));
        self.text("ties", quota.ties.code());
    }

    fn criterion(&mut self, set: &CriteriaSet, criterion: &Criterion) {
        self.table("[[criterion]]");
        self.text("id", &criterion.id);
        self.line("number", &criterion.number.to_string());
        if !criterion.replaces.is_empty() {
            let one = <&[String; 1]>::try_from(criterion.replaces.as_slice());
            let ids = one.map_or_else(|_| list(criterion.replaces.iter().map(|id| quoted(id))), |[id]| quoted(id));
            self.line("replaces", &ids);
        }
        self.text("group", set.groups.get(criterion.group).map_or("", |group| &group.id));
        let most = criterion.points_thousandths;
        self.optional("points", (most > 0).then(|| points(most)));
        let met_at = criterion.met_at_thousandths;
        self.optional("met_at", (met_at != most).then(|| points(met_at)));
        self.texts("text", &criterion.text);
        self.text("mark", criterion.mark.code());
        self.texts("source", &criterion.source);
        let texts = [("guidance", &criterion.guidance), ("evidence", &criterion.evidence), ("owner", &criterion.owner)];
        for (key, text) in texts {
            self.optional(key, (*text != Text::default()).then(|| both(text)));
        }
        let proof = match criterion.proof {
            EvidenceRule::Required => "required",
            EvidenceRule::Optional => "optional",
        };
        self.text("proof", proof);
        self.optional("carry_over", criterion.carry_over.map(|way| quoted(way.code())));
        self.flag("mandatory", criterion.mandatory);
        self.flag("knock_out", criterion.knock_out);
        let ceiling = criterion.ceiling.and_then(|class| class.checked_sub(1)).and_then(|at| set.classes.get(at));
        self.optional("ceiling", ceiling.map(|class| quoted(&class.id)));
        if let Some(applies) = &criterion.applies {
            self.0.push_str("[criterion.applies]\n");
            let prefix = format!("{}.applies", criterion.id);
            Figures { criterion, prefix, out: self }.counting(applies);
        }
        self.0.push_str("[criterion.rule]\n");
        Figures { criterion, prefix: criterion.id.clone(), out: self }.rule(&criterion.rule);
    }
}

/// Writes one rule; its figures lose the name of the criterion, or of criterion and part.
struct Figures<'a> {
    criterion: &'a Criterion,
    prefix: String,
    out: &'a mut Toml,
}

impl Figures<'_> {
    fn kind(&mut self, kind: &str) {
        self.out.text("kind", kind);
    }

    fn figure(&mut self, name: &str, at: usize) {
        let Some(input) = self.criterion.inputs.get(at) else { return };
        let key = input.key.strip_prefix(&self.prefix).and_then(|rest| rest.strip_prefix('.'));
        let key = key.map_or_else(String::new, |key| format!("key = {}, ", quoted(key)));
        let label = format!("vi = {}, en = {}", quoted(&input.label.vi), quoted(&input.label.en));
        let unit =
            input.measured_in.as_ref().map_or_else(String::new, |unit| format!(", measured_in = {}", quoted(unit)));
        let formula = match &input.from {
            From::Computed(formula) => format!(", formula = {}", quoted(&formula.to_string())),
            From::Entered | From::Derived => String::new(),
        };
        self.out.line(name, &format!("{{ {key}{label}{unit}{formula} }}"));
    }

    fn measure(&mut self, measure: Measure) {
        match measure {
            Measure::Count { input } => self.figure("count", input),
            Measure::Share { part, whole } => {
                self.figure("part", part);
                self.figure("whole", whole);
            }
        }
    }

    fn share_bound(&mut self, bound: ShareBound) {
        match bound {
            ShareBound::AtLeast(bound) => self.out.line("at_least", &share(bound)),
            ShareBound::AtMost(bound) => self.out.line("at_most", &share(bound)),
        }
    }

    fn bands(&mut self, measure: Measure, bands: &[Band]) {
        self.out.0.push_str("band = [\n");
        for band in bands {
            let key = if band.inclusive { "from" } else { "above" };
            let (bound, points) = (bound(measure, band.bound), points(band.points_thousandths));
            let _ = writeln!(self.out.0, "  {{ {key} = {bound}, points = {points} }},");
        }
        self.out.0.push_str("]\n");
    }

    fn rule(&mut self, rule: &Rule) {
        match rule {
            Rule::Judgement { .. } => self.kind("judgement"),
            Rule::OtherProgramme { .. } => {
                self.kind("other_programme");
                self.out.text("programme", self.criterion.other_programme.as_deref().unwrap_or_default());
            }
            Rule::ChildrenShare { register, recognise, .. } => {
                self.kind("children_share");
                if let Some(children) = &self.criterion.children {
                    self.out.text("programme", &children.programme);
                    self.out.line("kinds", &kinds(&children.kinds));
                }
                self.out.line("registered", &share(*register));
                self.out.line("recognised", &share(*recognise));
                self.out.flag("per_kind", self.criterion.children.as_ref().is_some_and(|children| children.per_kind));
            }
            Rule::SubPoints { parts } => self.parts("sub_points", None, parts),
            Rule::AllOf { parts } => self.parts("all_of", None, parts),
            Rule::NOfM { need, parts } => self.parts("n_of_m", Some(*need), parts),
            counting => self.counting(counting),
        }
    }

    /// A rule that counts: it may stand alone or as a part.
    fn counting(&mut self, rule: &Rule) {
        match rule {
            Rule::Threshold { input, at_least, at_most } => {
                self.kind("threshold");
                self.figure("count", *input);
                self.out.optional("at_least", at_least.map(|bound| bound.to_string()));
                self.out.optional("at_most", at_most.map(|bound| bound.to_string()));
            }
            Rule::Ratio { part, whole, bound } => {
                self.kind("ratio");
                self.figure("part", *part);
                self.figure("whole", *whole);
                self.share_bound(*bound);
            }
            Rule::Zero { input } => {
                self.kind("zero");
                self.figure("count", *input);
            }
            Rule::Objects { input, at_least } => {
                self.kind("objects");
                self.figure("count", *input);
                self.out.line("at_least", &at_least.to_string());
            }
            Rule::YearOverYear { current, previous, bound } => {
                self.kind("year_over_year");
                self.figure("this", *current);
                self.figure("last", *previous);
                self.share_bound(*bound);
            }
            Rule::Target { done, planned, at_least } => {
                self.kind("target");
                self.figure("done", *done);
                self.figure("planned", *planned);
                self.share_bound(ShareBound::AtLeast(*at_least));
            }
            Rule::Bands { measure, bands } => {
                self.kind("bands");
                self.measure(*measure);
                self.bands(*measure, bands);
            }
            Rule::Linear { measure, from, to } => {
                self.kind("linear");
                self.measure(*measure);
                self.out.line("from", &bound(*measure, *from));
                self.out.line("to", &bound(*measure, *to));
            }
            Rule::Each { input, each_thousandths } => {
                self.kind("each");
                self.figure("count", *input);
                self.out.line("each", &points(*each_thousandths));
            }
            Rule::Deduction { input, each_thousandths, floor_thousandths } => {
                self.kind("deduction");
                self.figure("count", *input);
                self.out.line("each", &points(*each_thousandths));
                self.out.optional("floor", (*floor_thousandths > 0).then(|| points(*floor_thousandths)));
            }
            Rule::Judgement { .. }
            | Rule::OtherProgramme { .. }
            | Rule::ChildrenShare { .. }
            | Rule::SubPoints { .. }
            | Rule::AllOf { .. }
            | Rule::NOfM { .. } => {}
        }
    }

    fn parts(&mut self, kind: &str, need: Option<usize>, parts: &[Part]) {
        self.kind(kind);
        self.out.optional("need", need.map(|need| need.to_string()));
        for part in parts {
            self.out.0.push_str("[[criterion.rule.part]]\n");
            self.out.text("id", &part.id);
            self.out.texts("text", &part.text);
            self.out.optional("points", (part.points_thousandths > 0).then(|| points(part.points_thousandths)));
            self.out.0.push_str("[criterion.rule.part.rule]\n");
            let prefix = format!("{}.{}", self.criterion.id, part.id);
            Figures { criterion: self.criterion, prefix, out: self.out }.counting(&part.rule);
        }
    }
}

/// A bound of steps and scales as the measure has it.
fn bound(measure: Measure, bound: Share) -> String {
    match measure {
        Measure::Count { .. } => bound.part.to_string(),
        Measure::Share { .. } => share(bound),
    }
}
