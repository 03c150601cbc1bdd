//! Fetches the front-end packages named in `package-lock.json`, bundles our own CSS and TypeScript
//! with the native esbuild that npm ships, and writes a Rust table of everything to embed.
//!
//! Needs no Node. When the registry cannot be reached (or `DIENHINH_OFFLINE=1` is set) it says so in
//! one sentence and embeds our own CSS alone: no fonts, no scripts. Every page works without them.
//! Nothing is written outside `OUT_DIR`.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use npm_utils::registry::Registry;
use sha2::{Digest, Sha256};

/// Our style sheets in the order of the cascade.
const STYLES: [&str; 8] =
    ["tokens.css", "base.css", "shell.css", "parts.css", "sheet.css", "appraisal.css", "pages.css", "print.css"];

/// The oldest browsers served (Windows 7 machines stop at Chrome 109).
const TARGET: &str = "--target=chrome109,firefox115,safari15.4";

/// Interface fonts, served unmodified: the family's name is reserved for the unmodified files.
const INTERFACE_FONTS: [Font; 2] = [
    Font {
        name: "source-sans-3-vietnamese.woff2",
        file: "@fontsource-variable/source-sans-3/files/source-sans-3-vietnamese-wght-normal.woff2",
        range: "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,\
                U+0303-0304,U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB",
    },
    Font {
        name: "source-sans-3-latin.woff2",
        file: "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2",
        range: "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,\
                U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
    },
];

/// Faces for papers, metric-compatible with Times New Roman.
const PAPER_FONTS: [&str; 4] = [
    "@expo-google-fonts/tinos/400Regular/Tinos_400Regular.ttf",
    "@expo-google-fonts/tinos/400Regular_Italic/Tinos_400Regular_Italic.ttf",
    "@expo-google-fonts/tinos/700Bold/Tinos_700Bold.ttf",
    "@expo-google-fonts/tinos/700Bold_Italic/Tinos_700Bold_Italic.ttf",
];

/// One subset of the interface font.
struct Font {
    /// What it is called here.
    name: &'static str,
    /// Where its package keeps it, below `node_modules`.
    file: &'static str,
    /// The code points it serves.
    range: &'static str,
}

/// A file to embed: what pages call it and what it contains.
struct Built {
    logical: &'static str,
    bytes: Vec<u8>,
}

impl Built {
    /// `app.css` → `app-3fa9c2d41b.css`: the name changes with the content, so it may be kept for ever.
    fn file_name(&self) -> String {
        let digest = Sha256::digest(&self.bytes);
        let (stem, ending) = self.logical.rsplit_once('.').unwrap_or((self.logical, "bin"));
        let mut name = format!("{stem}-");
        for byte in &digest[..5] {
            let _ = write!(name, "{byte:02x}");
        }
        format!("{name}.{ending}")
    }
}

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    for watched in ["build.rs", "web", "package-lock.json"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    println!("cargo::rerun-if-env-changed=DIENHINH_OFFLINE");
    let crate_dir = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out_dir = PathBuf::from(env::var("OUT_DIR")?);

    let packages = fetch_packages(&crate_dir, &out_dir);
    let built = packages.as_deref().map_err(ToString::to_string).and_then(|packages| {
        let files = bundle(&crate_dir, &out_dir, packages).map_err(|problem| problem.to_string())?;
        let papers = read_all(packages, &PAPER_FONTS).map_err(|problem| problem.to_string())?;
        Ok((files, papers))
    });
    let (files, papers) = match built {
        Ok(both) => both,
        Err(problem) => {
            let problem = problem.replace('\n', " ");
            println!(
                "cargo::warning=Front-end packages are missing ({problem}): pages are served without scripts and \
                 fonts, everything essential works; build again when the npm registry can be reached."
            );
            // A file that never exists makes cargo run this again next time.
            if env::var_os("DIENHINH_OFFLINE").is_none() {
                println!("cargo::rerun-if-changed=packages-were-not-reached");
            }
            (vec![Built { logical: "app.css", bytes: own_styles(&crate_dir)?.into_bytes() }], Vec::new())
        }
    };
    embed(&out_dir, &files, &papers)
}

/// Installs what the lock file pins below `OUT_DIR`; a second build finds it there.
fn fetch_packages(crate_dir: &Path, out_dir: &Path) -> Outcome<PathBuf> {
    if env::var_os("DIENHINH_OFFLINE").is_some_and(|value| value == "1") {
        return Err("DIENHINH_OFFLINE=1".into());
    }
    let place = out_dir.join("packages");
    fs::create_dir_all(&place)?;
    let lock = place.join("package-lock.json");
    fs::write(&lock, with_addresses(&fs::read_to_string(crate_dir.join("package-lock.json"))?)?)?;
    npm_utils::install::from_lockfile(&lock, &place).map_err(|problem| problem.to_string())?;
    let modules = place.join("node_modules");
    if let Err(problem) = esbuild(&modules) {
        // The installer forgives a platform package that did not arrive and would not try again.
        fs::remove_dir_all(&modules)?;
        return Err(problem);
    }
    Ok(modules)
}

/// The committed lock file names no download addresses; the installer wants one for each package.
fn with_addresses(lock: &str) -> Outcome<String> {
    let registry = Registry::npm();
    let mut lock: serde_json::Value = serde_json::from_str(lock)?;
    let packages = lock["packages"].as_object_mut().ok_or("package-lock.json lists no packages")?;
    for (key, package) in packages {
        let version = package["version"].as_str().map(str::to_owned);
        if let (Some((_, name)), Some(version)) = (key.rsplit_once("node_modules/"), version) {
            package["resolved"] = registry.tarball_url(name, &version).into();
        }
    }
    Ok(lock.to_string())
}

/// The native bundler of this machine.
fn esbuild(modules: &Path) -> Outcome<PathBuf> {
    for entry in fs::read_dir(modules.join("@esbuild"))? {
        let folder = entry?.path();
        for name in ["bin/esbuild", "esbuild.exe"] {
            let program = folder.join(name);
            if program.is_file() {
                make_executable(&program)?;
                return Ok(program);
            }
        }
    }
    Err("no esbuild for this machine".into())
}

/// Platform packages arrive without the mark that lets Unix run them.
#[cfg(unix)]
fn make_executable(program: &Path) -> Outcome<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(program, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

#[cfg(not(unix))]
fn make_executable(_program: &Path) -> Outcome<()> {
    Ok(())
}

fn bundle(crate_dir: &Path, out_dir: &Path, modules: &Path) -> Outcome<Vec<Built>> {
    let mut files = Vec::new();
    let mut styles = String::new();
    for font in INTERFACE_FONTS {
        let built = Built { logical: font.name, bytes: fs::read(modules.join(font.file))? };
        write!(
            styles,
            "@font-face{{font-family:\"Source Sans 3\";font-weight:200 900;font-display:swap;\
             src:url(/assets/{}) format(\"woff2\");unicode-range:{}}}",
            built.file_name(),
            font.range
        )?;
        files.push(built);
    }
    styles.push_str(&own_styles(crate_dir)?);
    let entry = out_dir.join("app.css");
    fs::write(&entry, styles)?;

    let program = esbuild(modules)?;
    let css = run(&program, &entry, &["--bundle", "--external:/assets/*"])?;
    let js = run(&program, &crate_dir.join("web/app.ts"), &["--bundle", "--format=iife"])?;
    files.push(Built { logical: "app.css", bytes: css });
    files.push(Built { logical: "app.js", bytes: js });
    // Fetched by the sheet when the first file is picked.
    let tus = modules.join("tus-js-client/lib.esm/browser/index.js");
    let tus = run(&program, &tus, &["--bundle", "--format=iife", "--global-name=tus"])?;
    files.push(Built { logical: "tus.js", bytes: tus });
    files.push(Built { logical: "htmx.js", bytes: fs::read(modules.join("htmx.org/dist/htmx.min.js"))? });
    Ok(files)
}

fn run(esbuild: &Path, entry: &Path, options: &[&str]) -> Outcome<Vec<u8>> {
    let output = Command::new(esbuild)
        .arg(entry)
        .args(["--minify", "--charset=utf8", "--log-level=warning", TARGET])
        .args(options)
        .output()?;
    if !output.status.success() {
        return Err(format!("esbuild: {}", String::from_utf8_lossy(&output.stderr).trim()).into());
    }
    Ok(output.stdout)
}

fn own_styles(crate_dir: &Path) -> Outcome<String> {
    let mut all = String::new();
    for name in STYLES {
        all.push_str(&fs::read_to_string(crate_dir.join("web").join(name))?);
    }
    Ok(all)
}

fn read_all(modules: &Path, names: &[&str]) -> Outcome<Vec<Vec<u8>>> {
    names.iter().map(|name| Ok(fs::read(modules.join(name))?)).collect()
}

/// Writes the files beside a table that `lib.rs` includes.
fn embed(out_dir: &Path, files: &[Built], papers: &[Vec<u8>]) -> Outcome<()> {
    let dist = out_dir.join("dist");
    if dist.exists() {
        fs::remove_dir_all(&dist)?;
    }
    fs::create_dir_all(&dist)?;
    let mut table = String::from("const FILES: &[Embedded] = &[\n");
    for file in files {
        let name = file.file_name();
        fs::write(dist.join(&name), &file.bytes)?;
        writeln!(
            table,
            "    Embedded {{ logical: {:?}, url: {:?}, bytes: {} }},",
            file.logical,
            format!("/assets/{name}"),
            included(&name)
        )?;
    }
    table.push_str("];\nconst PAPER_FONTS: &[&[u8]] = &[\n");
    for (index, bytes) in papers.iter().enumerate() {
        let name = format!("paper-{index}.ttf");
        fs::write(dist.join(&name), bytes)?;
        writeln!(table, "    {},", included(&name))?;
    }
    table.push_str("];\n");
    fs::write(out_dir.join("embedded.rs"), table)?;
    Ok(())
}

fn included(name: &str) -> String {
    format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/dist/{name}\"))")
}
