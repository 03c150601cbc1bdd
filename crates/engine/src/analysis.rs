//! What an author of a set overlooks and no single line shows: criteria that no figures can meet or fail, steps
//! and classes that nobody reaches, conditions without effect, programmes that wait for each other.

use std::collections::{BTreeMap, BTreeSet};

use dienhinh_domain::{
    programmes::{
        Band, Class, CriteriaSet, Criterion, From, Measure, NotApplicable, Part, Problem, Role, Rule, Share,
        ShareBound, Text,
    },
    units::UnitKind,
};

/// Least and most points that full figures can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Extent {
    least: i64,
    most: i64,
}

/// Every finding of one set, in the order of its criteria. Each names its row and says what to do.
pub fn analyse(set: &CriteriaSet) -> Vec<Problem> {
    let mut found = Findings(Vec::new());
    for criterion in &set.criteria {
        found.of_criterion(criterion, set.classes.len());
    }
    found.of_labels(set);
    found.of_measures(set);
    found.of_caps(set);
    found.of_classes(set);
    found.of_applicability(set);
    found.of_quotas(set);
    found.of_unit_groups(set);
    found.0
}

/// Programmes whose results wait for each other, so that none of them can ever be decided.
pub fn circles(sets: &[&CriteriaSet]) -> Vec<Problem> {
    // A result is of a programme and a kind of unit: a commune may well read its residential areas.
    let mut reads: BTreeMap<(&str, UnitKind), BTreeSet<(&str, UnitKind)>> = BTreeMap::new();
    for set in sets {
        for (criterion, kind) in set.criteria.iter().flat_map(|c| set.kinds.iter().map(move |kind| (c, *kind))) {
            let from = reads.entry((set.programme.as_str(), kind)).or_default();
            from.extend(criterion.other_programme.as_deref().map(|other| (other, kind)));
            if let Some(children) = &criterion.children {
                from.extend(children.kinds.iter().map(|child| (children.programme.as_str(), *child)));
            }
        }
    }
    let mut found = Findings(Vec::new());
    for start in reads.keys() {
        let mut seen = BTreeSet::new();
        let mut open: Vec<_> = reads[start].iter().copied().collect();
        while let Some(next) = open.pop() {
            if seen.insert(next) {
                open.extend(reads.get(&next).into_iter().flatten().copied());
            }
        }
        if seen.contains(start) {
            let (programme, kind) = (start.0, start.1.code());
            found.add(
                format!("{programme} của {kind} đọc lại kết quả của chính nó: bỏ một trong các tiêu chí đọc kết quả"),
                format!("{programme} of a {kind} reads its own result in the end: drop one of the criteria that read"),
            );
        }
    }
    found.0
}

struct Findings(Vec<Problem>);

impl Findings {
    fn add(&mut self, vi: impl Into<String>, en: impl Into<String>) {
        self.0.push(Problem { line: None, what: Text { vi: vi.into(), en: en.into() } });
    }

    fn of_criterion(&mut self, criterion: &Criterion, classes: usize) {
        let id = &criterion.id;
        let has_points = criterion.points_thousandths > 0;
        let (points, met_at) =
            if has_points { (criterion.points_thousandths, criterion.met_at_thousandths) } else { (1, 1) };
        let extent = extent(&criterion.rule, points);
        if extent.most < met_at {
            self.add(
                format!("{id}: không số liệu nào làm cho tiêu chí đạt; nới mốc hoặc hạ met_at"),
                format!("{id}: no figures can meet it; widen the bound or lower met_at"),
            );
        } else if extent.least >= met_at {
            self.add(
                format!("{id}: số liệu nào cũng đạt; đặt lại mốc hoặc bỏ tiêu chí"),
                format!("{id}: every figure meets it; set a bound that asks for something, or drop it"),
            );
        }
        for bands in tables(&criterion.rule) {
            self.of_bands(id, bands);
        }
        for input in &criterion.inputs {
            let From::Computed(formula) = &input.from else { continue };
            let key = &input.key;
            if formula.constant < 0 && formula.terms.values().all(|factor| *factor < 0) {
                self.add(
                    format!("{key}: công thức luôn ra số âm nên không bao giờ có số liệu; sửa dấu"),
                    format!("{key}: its formula is always below zero and never a figure; correct the signs"),
                );
            } else if formula.terms.is_empty() {
                self.add(
                    format!("{key}: công thức không dùng số liệu nào; thay bằng số liệu nhập hoặc bỏ"),
                    format!("{key}: its formula uses no figure; ask for one or drop it"),
                );
            }
        }
        for (part, rule) in parts(&criterion.rule).iter().map(|part| (&part.id, &part.rule)) {
            let extent = self::extent(rule, 1);
            // Part of a sum may well be certain in some of its points; tables are looked at above.
            if matches!(criterion.rule, Rule::AllOf { .. } | Rule::NOfM { .. }) && extent.least == extent.most {
                self.add(
                    format!("{id}.{part}: kết quả không phụ thuộc số liệu; đặt lại mốc"),
                    format!("{id}.{part}: figures make no difference; set another bound"),
                );
            }
        }
        if criterion.ceiling == Some(classes) {
            self.add(
                format!("{id}: ceiling là mức cao nhất nên không có tác dụng; bỏ hoặc hạ xuống"),
                format!("{id}: its ceiling is the highest class and has no effect; drop or lower it"),
            );
        }
        if criterion.ceiling.is_some() && (criterion.mandatory || criterion.knock_out) {
            self.add(
                format!("{id}: không đạt là mất danh hiệu, nên ceiling không có tác dụng; bỏ một trong hai"),
                format!("{id}: without it there is no title at all, so its ceiling has no effect; drop one of them"),
            );
        }
    }

    fn of_bands(&mut self, id: &str, (measure, bands): (Measure, &[Band])) {
        let is_share = matches!(measure, Measure::Share { .. });
        for band in bands {
            if is_share && !band.inclusive && band.bound.part >= band.bound.whole {
                let bound = share(band.bound);
                self.add(
                    format!("{id}: không tỷ lệ nào vượt {bound}; dùng from hoặc hạ mốc"),
                    format!("{id}: no share is above {bound}; use from or lower the bound"),
                );
            }
        }
        let points = |band: &Band| band.points_thousandths;
        for pair in bands.windows(2) {
            if points(&pair[0]) == points(&pair[1]) {
                let bound = share(pair[1].bound);
                self.add(
                    format!("{id}: mức từ {bound} cho đúng số điểm của mức trước; gộp lại hoặc sửa điểm"),
                    format!("{id}: the band at {bound} gives the points of the one before; join them or correct it"),
                );
            }
        }
        let (rises, falls) = bands.windows(2).fold((false, false), |(rises, falls), pair| {
            (rises || points(&pair[0]) < points(&pair[1]), falls || points(&pair[0]) > points(&pair[1]))
        });
        if rises && falls {
            self.add(
                format!("{id}: điểm của các mức lúc tăng lúc giảm; kiểm tra lại thứ tự"),
                format!("{id}: the points of its bands go up and down; check their order"),
            );
        }
        // Before the first band there are none: where less is better that is a gap.
        let opens = bands.first().is_some_and(|first| first.bound.part > 0 || !first.inclusive);
        if falls && !rises && opens {
            let bound = bands.first().map_or_else(String::new, |first| share(first.bound));
            self.add(
                format!("{id}: càng ít càng tốt, nhưng dưới {bound} không mức nào cho điểm; thêm mức từ 0"),
                format!("{id}: less is better, yet below {bound} no band gives points; add one from 0"),
            );
        }
    }

    /// Figures that are set against each other, or added up, are measured in the same.
    fn of_measures(&mut self, set: &CriteriaSet) {
        let all: BTreeMap<&str, &str> = set
            .criteria
            .iter()
            .flat_map(|criterion| &criterion.inputs)
            .filter_map(|input| Some((input.key.as_str(), input.measured_in.as_deref()?)))
            .collect();
        let mut beside = |left: &str, right: &str| {
            if let (Some(one), Some(other)) = (all.get(left), all.get(right))
                && one != other
            {
                self.add(
                    format!(
                        "{left}: tính bằng {one} nhưng {right} tính bằng {other}; sửa measured_in hoặc đổi số liệu"
                    ),
                    format!("{left}: measured in {one}, yet {right} in {other}; correct measured_in or the figure"),
                );
            }
        };
        for criterion in &set.criteria {
            let inputs = &criterion.inputs;
            let own = [&criterion.rule].into_iter().chain(parts(&criterion.rule).iter().map(|part| &part.rule));
            for (one, other) in own.filter_map(pair) {
                beside(&inputs[one].key, &inputs[other].key);
            }
            for input in inputs {
                let From::Computed(formula) = &input.from else { continue };
                formula.terms.keys().for_each(|key| beside(&input.key, key));
            }
        }
    }

    /// The same thing asked for twice is most often a row that was copied and not changed.
    fn of_labels(&mut self, set: &CriteriaSet) {
        let mut texts: BTreeMap<&str, &str> = BTreeMap::new();
        for criterion in &set.criteria {
            if let Some(first) = texts.insert(&criterion.text.vi, &criterion.id) {
                let id = &criterion.id;
                self.add(
                    format!("{id}: trùng nội dung với {first}; sửa một trong hai"),
                    format!("{id}: has the text of {first}; correct one of them"),
                );
            }
            let mut labels = BTreeSet::new();
            for input in &criterion.inputs {
                if !labels.insert(input.label.vi.as_str()) {
                    let (key, label) = (&input.key, &input.label);
                    self.add(
                        format!("{key}: “{}” được hỏi hai lần trong một tiêu chí; sửa lời hoặc bỏ", label.vi),
                        format!("{key}: `{}` is asked twice in one criterion; correct the words or drop it", label.en),
                    );
                }
            }
        }
    }

    fn of_caps(&mut self, set: &CriteriaSet) {
        for (at, group) in set.groups.iter().enumerate() {
            let id = &group.id;
            let sum: i64 = set.criteria_of(at).map(|criterion| criterion.points_thousandths).sum();
            if set.criteria_of(at).next().is_none() {
                self.add(
                    format!("nhóm {id}: không có tiêu chí nào; bỏ nhóm hoặc xếp tiêu chí vào"),
                    format!("group {id}: no criterion belongs to it; drop it or put criteria in"),
                );
            } else if group.cap_thousandths.is_some_and(|cap| cap >= sum) {
                self.add(
                    format!("nhóm {id}: cap không nhỏ hơn tổng điểm nên không có tác dụng; bỏ hoặc hạ xuống"),
                    format!("group {id}: its cap is not below its points together and has no effect; drop or lower it"),
                );
            }
        }
    }

    fn of_classes(&mut self, set: &CriteriaSet) {
        let most_of = |at: usize| {
            let criteria = set.criteria_of(at);
            let sum = criteria.map(|criterion| extent(&criterion.rule, criterion.points_thousandths).most).sum();
            set.groups[at].cap_thousandths.map_or(sum, |cap: i64| cap.min(sum))
        };
        let all_of =
            |role: Role| -> i64 { (0..set.groups.len()).filter(|at| set.groups[*at].role == role).map(most_of).sum() };
        let (most, bonus) = (all_of(Role::Counted), all_of(Role::Bonus));
        for class in &set.classes {
            let id = &class.id;
            if class.min_points_thousandths > most + bonus {
                let most = (most + bonus) / 1000;
                self.add(
                    format!("mức {id}: cả bộ chỉ có tối đa {most} điểm, không ai đạt; hạ min_points"),
                    format!("class {id}: the set has {most} points at most, so nobody is in it; lower min_points"),
                );
            } else if class.min_points_thousandths > most {
                let most = most / 1000;
                self.add(
                    format!(
                        "mức {id}: không kể điểm thưởng chỉ có {most} điểm nên phải có thưởng mới đạt; hạ min_points"
                    ),
                    format!(
                        "class {id}: without bonus there are {most} points, so only a bonus buys it; lower min_points"
                    ),
                );
            }
        }
        for pair in set.classes.windows(2) {
            if asks_no_more(&pair[1], &pair[0]) {
                let (below, above) = (&pair[0].id, &pair[1].id);
                self.add(
                    format!("mức {below}: ai đạt mức này cũng đạt {above}; nâng điều kiện của {above}"),
                    format!("class {below}: whoever is in it is in {above} too; ask for more in {above}"),
                );
            }
        }
        let needed = set.criteria.iter().filter(|criterion| criterion.mandatory || criterion.knock_out).count();
        let min_met = set.recognition.min_met;
        if set.classes.len() == 1 && min_met < needed {
            self.add(
                format!("min_met {min_met} không có tác dụng: đã có {needed} tiêu chí bắt buộc; nâng lên"),
                format!("min_met {min_met} has no effect: {needed} criteria are mandatory already; raise it"),
            );
        }
    }
}

impl Findings {
    fn of_applicability(&mut self, set: &CriteriaSet) {
        for criterion in &set.criteria {
            let Some(applies) = &criterion.applies else { continue };
            let (id, extent) = (&criterion.id, extent(applies, 1));
            if extent.least == extent.most {
                self.add(
                    format!("{id}: điều kiện applies không phụ thuộc số liệu; đặt lại mốc hoặc bỏ"),
                    format!("{id}: figures make no difference to whether it applies; set another bound or drop it"),
                );
            }
        }
        if set.not_applicable != NotApplicable::Drop && set.criteria.iter().all(|criterion| criterion.applies.is_none())
        {
            self.add(
                "not_applicable không có tác dụng vì không tiêu chí nào có applies; bỏ đi",
                "not_applicable has no effect, since no criterion has a condition `applies`; drop it",
            );
        }
    }

    fn of_quotas(&mut self, set: &CriteriaSet) {
        for quota in &set.quotas {
            let id = quota.class.checked_sub(1).and_then(|at| set.classes.get(at)).map_or("", |class| &class.id);
            if quota.at_most.part == 0 {
                self.add(
                    format!("quota {id}: 0 nên không đơn vị nào được vào mức này; sửa at_most"),
                    format!("quota {id}: it is 0, so no unit is in the class; correct at_most"),
                );
            } else if quota.at_most.part >= quota.at_most.whole {
                self.add(
                    format!("quota {id}: không giới hạn gì; sửa at_most hoặc bỏ"),
                    format!("quota {id}: it limits nothing; correct at_most or drop it"),
                );
            }
        }
    }

    /// What is wrong for a group of units only.
    fn of_unit_groups(&mut self, set: &CriteriaSet) {
        let plain = Self::of_sets_criteria(set);
        for group in &set.unit_groups {
            let id = &group.id;
            let Some(adjusted) = set.for_units(id) else { continue };
            if adjusted.criteria == set.criteria && adjusted.classes == set.classes {
                self.add(
                    format!("unit_group {id}: không số nào khác với chung; bỏ nhóm hoặc sửa values"),
                    format!("unit_group {id}: no number differs from the set's own; drop it or correct its values"),
                );
            }
            for problem in Self::of_sets_criteria(&adjusted).into_iter().filter(|problem| !plain.contains(problem)) {
                let Text { vi, en } = problem.what;
                self.add(format!("unit_group {id}: {vi}"), format!("unit_group {id}: {en}"));
            }
        }
    }

    fn of_sets_criteria(set: &CriteriaSet) -> Vec<Problem> {
        let mut found = Self(Vec::new());
        for criterion in &set.criteria {
            found.of_criterion(criterion, set.classes.len());
        }
        found.0
    }
}

/// Whether everybody in the class below is in the one above as well, as far as its own conditions go.
fn asks_no_more(above: &Class, below: &Class) -> bool {
    let parts = |class: &Class| class.group_share.map_or((0, 1), |share| (share.part, share.whole));
    let ((high, high_of), (low, low_of)) = (parts(above), parts(below));
    above.min_points_thousandths <= below.min_points_thousandths
        && above.min_met <= below.min_met
        && i128::from(high) * i128::from(low_of) <= i128::from(low) * i128::from(high_of)
}

fn share(share: Share) -> String {
    if share.whole == 1 { share.part.to_string() } else { format!("{}/{}", share.part, share.whole) }
}

fn parts(rule: &Rule) -> &[Part] {
    match rule {
        Rule::AllOf { parts } | Rule::NOfM { parts, .. } | Rule::SubPoints { parts } => parts,
        _ => &[],
    }
}

/// The two figures that a rule sets against each other.
fn pair(rule: &Rule) -> Option<(usize, usize)> {
    match rule {
        Rule::Ratio { part, whole, .. }
        | Rule::Bands { measure: Measure::Share { part, whole }, .. }
        | Rule::Linear { measure: Measure::Share { part, whole }, .. } => Some((*part, *whole)),
        Rule::YearOverYear { current, previous, .. } => Some((*current, *previous)),
        Rule::Target { done, planned, .. } => Some((*done, *planned)),
        _ => None,
    }
}

/// The tables of steps of a rule and of its parts.
fn tables(rule: &Rule) -> Vec<(Measure, &[Band])> {
    let own = [rule].into_iter().chain(parts(rule).iter().map(|part| &part.rule));
    own.filter_map(|rule| match rule {
        Rule::Bands { measure, bands } => Some((*measure, bands.as_slice())),
        _ => None,
    })
    .collect()
}

fn extent(rule: &Rule, points: i64) -> Extent {
    // What figures can and cannot decide: from nothing to all unless said otherwise.
    let always_if = |is_certain: bool| Extent { least: if is_certain { points } else { 0 }, most: points };
    match rule {
        Rule::Threshold { at_least, at_most, .. } => always_if(at_least.unwrap_or(0) == 0 && at_most.is_none()),
        Rule::Ratio { bound, .. } => always_if(match bound {
            ShareBound::AtLeast(bound) => bound.part == 0,
            ShareBound::AtMost(bound) => bound.part >= bound.whole,
        }),
        Rule::YearOverYear { bound, .. } => always_if(matches!(bound, ShareBound::AtLeast(bound) if bound.part == 0)),
        Rule::Target { at_least, .. } => always_if(at_least.part == 0),
        Rule::ChildrenShare { register, recognise, .. } => always_if(register.part == 0 && recognise.part == 0),
        Rule::Bands { measure, bands } => {
            let is_share = matches!(measure, Measure::Share { .. });
            let reachable = |band: &&Band| !is_share || band.inclusive || band.bound.part < band.bound.whole;
            let starts_at_zero = bands.first().is_some_and(|first| first.inclusive && first.bound.part == 0);
            let points = || bands.iter().filter(reachable).map(|band| band.points_thousandths);
            Extent {
                least: if starts_at_zero { points().min().unwrap_or(0) } else { 0 },
                most: points().max().unwrap_or(0),
            }
        }
        Rule::Deduction { floor_thousandths, .. } => Extent { least: *floor_thousandths, most: points },
        Rule::SubPoints { parts } => parts.iter().fold(Extent { least: 0, most: 0 }, |sum, part| {
            let part = extent(&part.rule, part.points_thousandths);
            Extent { least: sum.least + part.least, most: sum.most + part.most }
        }),
        Rule::AllOf { parts } => of_parts(parts, parts.len(), points),
        Rule::NOfM { need, parts } => of_parts(parts, *need, points),
        Rule::Judgement { .. }
        | Rule::Zero { .. }
        | Rule::Objects { .. }
        | Rule::Linear { .. }
        | Rule::Each { .. }
        | Rule::OtherProgramme { .. } => always_if(false),
    }
}

fn of_parts(parts: &[Part], need: usize, points: i64) -> Extent {
    let count = |of: fn(Extent) -> i64| parts.iter().filter(|part| of(extent(&part.rule, 1)) > 0).count();
    let all_if = |met: usize| if met >= need { points } else { 0 };
    Extent { least: all_if(count(|extent| extent.least)), most: all_if(count(|extent| extent.most)) }
}
