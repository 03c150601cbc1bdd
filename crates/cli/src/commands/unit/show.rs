//! `dienhinh unit show` and `dienhinh unit crosswalk`: what a unit was, what it came from and what it became.

use std::{io, process::ExitCode};

use clap::Args;
use dienhinh_domain::units::{
    BEGINNING,
    succession::{Portion, Relation, WithoutSuccessor},
};
use dienhinh_server::{Lineage, StartError, crosswalk_csv, crosswalk_json, unit_crosswalk, unit_today};
use jiff::civil::Date;

use super::day;
use crate::commands::{NOT_FOUND, fail, place::PlaceArgs, say, serve};

/// Show a unit: what it was when, what it came from and what it became.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// A code, a name or part of one, a key of the list, or our identity.
    what: String,
    #[command(flatten)]
    place: PlaceArgs,
    /// Whoever bore the code or name on that day, like 2025-06-30; today without it.
    #[arg(long, value_name = "DAY", value_parser = day)]
    as_of: Option<Date>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// Every unit that ever bore a code or name, with what it came from and what it became.
#[derive(Debug, Args)]
pub(crate) struct CrosswalkArgs {
    /// A code, a name or part of one, a key of the list, or our identity.
    what: String,
    #[command(flatten)]
    place: PlaceArgs,
    /// Only units that bore it on that day, like 2025-06-30.
    #[arg(long, value_name = "DAY", value_parser = day)]
    date: Option<Date>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    /// Print CSV, a row a succession.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

pub(super) fn show(args: &ShowArgs) -> ExitCode {
    let (installation, runtime) = match args.place.begin() {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    let found = runtime.block_on(async {
        let on = match args.as_of {
            Some(day) => day,
            None => unit_today(&installation).await?,
        };
        let found = unit_crosswalk(&installation, &args.what, Some(on)).await?;
        // Whoever asks for today's bearer of a code that nobody bears any more wants the last ones.
        if found.is_empty() && args.as_of.is_none() {
            return unit_crosswalk(&installation, &args.what, None).await;
        }
        Ok(found)
    });
    answer(&args.what, found, if args.json { Form::Json } else { Form::Text })
}

pub(super) fn crosswalk(args: &CrosswalkArgs) -> ExitCode {
    let (installation, runtime) = match args.place.begin() {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    let found = runtime.block_on(unit_crosswalk(&installation, &args.what, args.date));
    let form = match (args.json, args.csv) {
        (true, _) => Form::Json,
        (_, true) => Form::Csv,
        _ => Form::Text,
    };
    answer(&args.what, found, form)
}

#[derive(Clone, Copy)]
enum Form {
    Text,
    Json,
    Csv,
}

fn answer(what: &str, found: Result<Vec<Lineage>, StartError>, form: Form) -> ExitCode {
    let found = match found {
        Ok(found) => found,
        Err(error) => return fail(serve::exit_code(&error), &error.to_string()),
    };
    if found.is_empty() {
        let message =
            format!("không có đơn vị nào mang mã hoặc tên “{what}” / no unit bears the code or name “{what}”");
        return fail(NOT_FOUND, &message);
    }
    match form {
        Form::Json => say(&crosswalk_json(what, &found).to_string()),
        Form::Csv => {
            if let Err(cause) = crosswalk_csv(&found, io::stdout().lock())
                && cause.kind() != io::ErrorKind::BrokenPipe
            {
                return fail(1, &cause.to_string());
            }
        }
        Form::Text => {
            for line in found.iter().flat_map(lines) {
                say(&line);
            }
        }
    }
    ExitCode::SUCCESS
}

/// A unit as lines.
fn lines(lineage: &Lineage) -> Vec<String> {
    let code = |code: Option<&String>| code.cloned().unwrap_or_else(|| "–".to_owned());
    let mut lines = Vec::new();
    for (at, chapter) in lineage.chapters.iter().enumerate() {
        let version = &chapter.version;
        let from = if version.valid.from == BEGINNING { "…".to_owned() } else { version.valid.from.to_string() };
        let until = version.valid.until.map_or_else(|| "nay / now".to_owned(), |day| day.to_string());
        let mark = if at == 0 { "●" } else { " " };
        let above = chapter.parent_name.as_deref().map(|name| format!(", {name}")).unwrap_or_default();
        let rival = chapter.alt_code.as_deref().map(|code| format!(" (mã khác / also {code})")).unwrap_or_default();
        lines.push(format!(
            "{mark} {} {}{above}{rival}  [{from} → {until})",
            code(version.code.as_ref()),
            version.name,
        ));
    }
    lines.push(format!("    id {}{}", lineage.unit, key(lineage)));
    for (arrow, links) in [("←", &lineage.from), ("→", &lineage.to)] {
        for link in links {
            let other = if arrow == "←" { &link.predecessor } else { &link.successor };
            let succession = &link.succession;
            let basis: Vec<&str> =
                [&succession.legal_basis, &succession.clause].into_iter().flatten().map(String::as_str).collect();
            lines.push(format!(
                "    {arrow} {} {}  {} {}, {}",
                code(other.code.as_ref()),
                other.name,
                succession.on,
                how(succession.relation, [succession.portion, succession.area, succession.population]),
                if basis.is_empty() { "–".to_owned() } else { basis.join(", ") },
            ));
        }
    }
    match lineage.without_successor() {
        Some(WithoutSuccessor::Unknown) => lines.push("    → chưa rõ đơn vị kế thừa / successor unknown".to_owned()),
        Some(WithoutSuccessor::LevelAbolished) => {
            lines.push(
                "    → kết thúc cùng cấp huyện, không có đơn vị kế thừa / ended with its level, no successor"
                    .to_owned(),
            );
        }
        None => {}
    }
    lines
}

fn key(lineage: &Lineage) -> String {
    let uid = lineage.chapters.first().and_then(|chapter| chapter.uid.as_deref());
    uid.map(|uid| format!(", uid {uid}")).unwrap_or_default()
}

/// How it went over, and how much of it.
fn how(relation: Relation, [portion, area, population]: [Portion; 3]) -> String {
    let relation = relation.code();
    if portion == area && area == population {
        format!("{relation}, {}", portion.code())
    } else {
        format!(
            "{relation}, {} (diện tích / area {}, dân số / people {})",
            portion.code(),
            area.code(),
            population.code()
        )
    }
}
