//! `dienhinh pack new`: the next version of a pack, or the smallest pack to begin with.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{ArgGroup, Args, builder::PossibleValuesParser};
use dienhinh_domain::{
    programmes::{CriteriaSet, parse, write},
    units::{Level, UnitKind},
};

use super::{
    super::{REJECTED, fail, note, say},
    files,
};

/// Begin a pack: the next version of another one, or the smallest one for a kind of unit.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("origin").required(true).args(["from", "kind"])))]
pub(crate) struct NewArgs {
    /// Folder of the new pack; its name is the code of the set.
    folder: PathBuf,
    /// Folder of the version before.
    #[arg(long, requires = "valid_from")]
    from: Option<PathBuf>,
    /// Kind of unit that is assessed.
    #[arg(long, value_parser = PossibleValuesParser::new(UnitKind::ALL.map(UnitKind::code).into_iter().chain([Level::District.code()])))]
    kind: Option<String>,
    /// First day the set may be used, 2027-01-01.
    #[arg(long)]
    valid_from: Option<String>,
}

pub(crate) fn run(args: &NewArgs) -> ExitCode {
    let code = args.folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let well_formed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if code.is_empty() || !code.chars().all(well_formed) {
        let text = "tên thư mục là mã bộ tiêu chí: chữ thường, số, gạch ngang / the folder's name is the code: lower-case letters, digits, hyphens";
        return fail(2, &format!("{}: {text}", args.folder.display()));
    }
    if !matches!(files::room_for_pack(&args.folder, false), Ok(None)) {
        let text = "đã có; chọn thư mục khác / exists already; choose another folder";
        return fail(REJECTED, &format!("{}: {text}", args.folder.display()));
    }
    let day = args.valid_from.as_deref();
    let texts = match (&args.from, &args.kind) {
        (Some(from), _) => next_version(&code, from, day.unwrap_or_default()),
        (None, kind) => smallest(&code, kind.as_deref().unwrap_or_default(), day.unwrap_or("2027-01-01")),
    };
    let (pack, cases, version) = match texts {
        Ok(texts) => texts,
        Err(code) => return code,
    };
    match files::write_pack(&args.folder, &pack, &cases) {
        Ok(()) => {
            say(&format!("✓ {} {version}", args.folder.display()));
            ExitCode::SUCCESS
        }
        Err(cause) => fail(1, &format!("{}: {cause}", args.folder.display())),
    }
}

/// Both files and the version.
type Texts = Result<(String, String, String), ExitCode>;

fn next_version(code: &str, from: &Path, day: &str) -> Texts {
    let (old, _) = super::load_with_cases(from)?;
    let refused = |text: &str| fail(REJECTED, &format!("{}: {text}", from.display()));
    if super::is_overlay(from) {
        return Err(refused(
            "là phần bổ sung, không phải bộ gốc; chép overlay.toml sang thư mục cùng tên ở nơi khác rồi tăng version / is an overlay, not a pack; copy overlay.toml to a folder of the same name elsewhere and raise its version",
        ));
    }
    let mut new = CriteriaSet { code: code.to_owned(), ..old.clone() };
    new.valid_from = day.parse().map_err(|_| bad_day(day))?;
    if new.valid_from <= old.valid_from {
        let before = old.valid_from;
        return Err(refused(&format!(
            "--valid-from phải sau {before} của phiên bản trước / --valid-from must be later than {before} of the version before"
        )));
    }
    new.version = raised(&old.version).ok_or_else(|| {
        refused("version không kết thúc bằng số nên không tăng được; sửa version của bộ cũ / the version does not end in a number and cannot be raised; correct it")
    })?;
    if code != old.code {
        note(&format!("mã bộ tiêu chí: {} → {code} / code of the set: {} → {code}", old.code, old.code));
    }
    // The map between the versions speaks of the version before the old one: it has no meaning any more.
    new.criteria.iter_mut().for_each(|criterion| criterion.replaces.clear());
    let text = |file: &str| fs::read_to_string(from.join(file)).map_err(|cause| refused(&format!("{file}: {cause}")));
    let edited = edited(&text("pack.toml")?, &new);
    let pack = if parse(code, &edited).is_ok_and(|set| set == new) {
        edited
    } else {
        note("ghi chú của pack.toml không giữ được / the comments of pack.toml could not be kept");
        write(&new)
    };
    Ok((pack, text("cases.toml")?, new.version))
}

/// The text with its comments, the keys of the version changed in their lines.
fn edited(pack: &str, new: &CriteriaSet) -> String {
    let (code, version) = (format!("\"{}\"", new.code), format!("\"{}\"", new.version));
    let changed = [("code", code), ("version", version), ("valid_from", new.valid_from.to_string())];
    let mut in_table = false;
    let mut lines = Vec::new();
    for line in pack.lines() {
        in_table |= line.starts_with('[');
        let key = line.split_once('=').map_or("", |(key, _)| key.trim_end());
        match changed.iter().find(|(name, _)| *name == key && !in_table) {
            Some((name, value)) => lines.push(format!("{name} = {value}")),
            None if key.trim_start() == "replaces" => {}
            None => lines.push(line.to_owned()),
        }
    }
    lines.join("\n") + "\n"
}

/// `1` → `2`, `2023.9` → `2023.10`: the number at the end, one more.
fn raised(version: &str) -> Option<String> {
    let head = version.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let number: u64 = version[head.len()..].parse().ok()?;
    Some(format!("{head}{}", number.checked_add(1)?))
}

fn bad_day(day: &str) -> ExitCode {
    let text = format!("--valid-from “{day}”: cần ngày dạng 2027-01-01 / a day like 2027-01-01 is needed");
    fail(2, &text)
}

fn smallest(code: &str, kind: &str, day: &str) -> Texts {
    let level = UnitKind::named(kind).first().map(|kind| kind.level());
    let above: &[&str] = match level {
        Some(Level::Country | Level::Province | Level::District | Level::Commune) => &["province"],
        _ => &["ward", "commune", "township", "special_zone", "district", "province"],
    };
    let above: Vec<String> = above.iter().map(|kind| format!("\"{kind}\"")).collect();
    let pack = include_str!("template-pack.toml")
        .replace("CODE", code)
        .replace("KIND", kind)
        .replace("VALID_FROM", day)
        .replace("ISSUED_BY", &above.join(", "));
    let set = parse(code, &pack).ok().filter(|set| set.valid_from.to_string() == day);
    let set = set.ok_or_else(|| bad_day(day))?;
    Ok((pack, include_str!("template-cases.toml").to_owned(), set.version))
}
