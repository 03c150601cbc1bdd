//! `cargo xtask check`: everything a change must pass, one named step after the other.
//!
//! It stops at the first failure and says what to do. What each step examines lies elsewhere: in the
//! tests, the lints, [`crate::tidy`] and [`crate::browser`].

use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::{
    browser, postgres, reliability, tidy, tools,
    workspace::{Workspace, succeed},
};

struct Step {
    name: &'static str,
    run: fn(&Workspace) -> Result<()>,
    /// What the reader does when it fails.
    remedy: &'static str,
}

/// From what takes a second to what takes minutes.
const STEPS: &[Step] = &[
    Step { name: "fmt", run: fmt, remedy: "run `cargo fmt --all`" },
    Step { name: "tidy", run: tidy::run, remedy: "mend each line above; the rules are in ARCHITECTURE.md" },
    Step { name: "clippy", run: clippy, remedy: "mend it, or `#[expect(…, reason = \"…\")]` with a true reason" },
    Step { name: "doc", run: doc, remedy: "mend the documentation comments named above" },
    Step { name: "test", run: test, remedy: "run one alone with `cargo nextest run <name>` or `cargo test <name>`" },
    Step { name: "doctest", run: doctest, remedy: "mend the example in the documentation comment" },
    Step { name: "packs", run: packs, remedy: "mend the pack at the line named above; packs/README.md explains packs" },
    Step {
        name: "reliability",
        run: reliability::short,
        remedy: "something acknowledged was lost; `cargo xtask reliability ID` tries one promise alone",
    },
    Step {
        name: "browser",
        run: browser::test,
        remedy: "read tests/browser/README.md; `--skip browser` leaves it out",
    },
];

/// Which steps the command line asked for.
#[derive(Debug, Default)]
pub(crate) struct Options {
    only: Vec<String>,
    skip: Vec<String>,
}

impl Options {
    /// Reads `--only STEP` and `--skip STEP`, each as often as wished.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(option) = rest.next() {
            let chosen = match option.as_str() {
                "--only" => &mut options.only,
                "--skip" => &mut options.skip,
                _ => bail!("check knows --only STEP and --skip STEP, not `{option}`"),
            };
            let step = rest.next().with_context(|| format!("{option} names a step: {}", names()))?;
            if !STEPS.iter().any(|known| known.name == step) {
                bail!("there is no step `{step}`; the steps are {}", names());
            }
            chosen.push(step.clone());
        }
        Ok(options)
    }

    fn wants(&self, step: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|name| name == step);
        (self.only.is_empty() || named(&self.only)) && !named(&self.skip)
    }
}

fn names() -> String {
    STEPS.iter().map(|step| step.name).collect::<Vec<_>>().join(", ")
}

/// Runs the chosen steps in order.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    tools::require_c_compiler()?;
    let started = Instant::now();
    let mut passed = Vec::new();
    for step in STEPS.iter().filter(|step| options.wants(step.name)) {
        println!("\n== {} ==", step.name);
        let step_started = Instant::now();
        (step.run)(workspace).with_context(|| format!("step `{}` failed; {}", step.name, step.remedy))?;
        passed.push(format!("{} {:.1?}", step.name, step_started.elapsed()));
    }
    println!("\nall checks passed in {:.1?}: {}", started.elapsed(), passed.join(" · "));
    Ok(())
}

fn fmt(workspace: &Workspace) -> Result<()> {
    succeed(&mut workspace.cargo(&["fmt", "--all", "--check"]))
}

fn clippy(workspace: &Workspace) -> Result<()> {
    succeed(&mut workspace.cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))
}

fn doc(workspace: &Workspace) -> Result<()> {
    let arguments = ["doc", "--workspace", "--no-deps", "--document-private-items"];
    succeed(workspace.cargo(&arguments).env("RUSTDOCFLAGS", "--deny warnings"))
}

fn test(workspace: &Workspace) -> Result<()> {
    let server = postgres::Server::start()?;
    let run = |arguments: &[&str]| succeed(workspace.cargo(arguments).env(postgres::VARIABLE, server.url()));
    if tools::find(&["cargo-nextest"]).is_some() {
        return run(&["nextest", "run", "--workspace"]);
    }
    println!("cargo-nextest is not installed; cargo test runs the same tests, only slower");
    run(&["test", "--workspace", "--lib", "--bins", "--tests"])
}

fn doctest(workspace: &Workspace) -> Result<()> {
    succeed(&mut workspace.cargo(&["test", "--workspace", "--doc"]))
}

fn packs(workspace: &Workspace) -> Result<()> {
    let product = workspace.build_product()?;
    succeed(workspace.command(product).args(["pack", "check", "packs"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options> {
        Options::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn steps_are_chosen_by_name() {
        let chosen = |line: &str| -> Vec<&str> {
            let options = parse(line).unwrap();
            STEPS.iter().map(|step| step.name).filter(|name| options.wants(name)).collect()
        };
        assert_eq!(chosen("").len(), STEPS.len());
        assert_eq!(chosen("--only doc --only fmt"), ["fmt", "doc"]);
        assert_eq!(chosen("--skip browser").len(), STEPS.len() - 1);
        assert_eq!(chosen("--only fmt --only tidy --skip tidy"), ["fmt"]);
    }

    #[test]
    fn what_is_no_step_is_refused_with_the_list_of_steps() {
        for refused in ["--only", "--only tests", "--fast fmt", "fmt"] {
            assert!(parse(refused).is_err(), "{refused}");
        }
        assert!(parse("--skip nothing").unwrap_err().to_string().contains("fmt, tidy, clippy"));
    }
}
