//! A simulation from the command line.

mod served;

use serde_json::Value;

use served::{run, served, text};

#[test]
fn what_is_simulated_is_served_and_is_not_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let small = ["--communes", "3", "--areas", "9", "--organisations", "20", "--years", "1"];
    let simulate = |more: &[&str]| run(&[&["simulate", "--data", text(&data)], &small[..], more].concat());
    let (code, out, messages) = simulate(&["--json"]);
    assert_eq!(code, 0, "{messages}");
    let made: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(made["made"]["units"], 1 + 3 + 9 + 20);
    assert!(messages.contains("communes: 100 %") && messages.contains("figures: 100 %"), "{messages}");
    let (code, out, messages) = simulate(&["--seed", "2"]);
    assert_eq!((code, out.as_str()), (3, ""), "{messages}");
    assert!(
        messages.contains("ở đây đã có hệ thống") && messages.contains("there is an installation here"),
        "{messages}"
    );
    let (code, out, _) = run(&["audit", "verify", "--data", text(&data)]);
    assert_eq!(code, 0, "{out}");
    let (mut child, address) = served(&data, &["--sample"]);
    child.kill().and_then(|()| child.wait()).expect("ended");
    assert!(address.starts_with("127.0.0.1:"));
}

#[test]
fn a_number_that_cannot_be_made_is_named_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    for (option, value) in [("--communes", "0"), ("--years", "9"), ("--areas", "9000000")] {
        let (code, out, messages) = run(&["simulate", "--data", text(&data), option, value]);
        assert_eq!((code, out.as_str()), (2, ""), "{messages}");
        assert!(
            messages.contains(option) && messages.contains("cần từ") && messages.contains("must be from"),
            "{messages}"
        );
    }
    assert!(!data.exists());
}
