//! The first administrator comes from the command line, and from then on people sign in.

mod served;

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use served::{run, served, text};

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("connected");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("UTF-8");
    answer
}

#[test]
fn the_operator_gives_and_takes_roles() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let account = |arguments: &[&str]| run(&[&["account"], arguments, &["--data", text(&data)]].concat());
    let (mut server, _) = served(&data, &["--sample"]);
    server.kill().and_then(|()| server.wait()).expect("it ends");
    assert_eq!(account(&["add", "tran.be", "--name", "Trần Thị Bé", "--unit", "Tỉnh Bạc Liêu"]).0, 0);
    let roles = || {
        let listed: serde_json::Value = serde_json::from_str(&account(&["list", "--json"]).1).expect("JSON");
        let roles = listed["roles"].as_array().expect("roles").clone();
        let text = |role: &serde_json::Value, name: &str| role[name].as_str().expect("a text").to_owned();
        roles.iter().map(|role| (text(role, "role"), text(role, "id"))).collect::<Vec<_>>()
    };
    let leader = ["grant", "tran.be", "--role", "unit_leader", "--unit", "Thị trấn Châu Hưng"];
    let (code, _, said) = account(&leader);
    assert_eq!((code, said.contains("Thị trấn Châu Hưng")), (0, true), "{said}");
    let given: Vec<String> = roles().into_iter().map(|(role, _)| role).collect();
    assert_eq!(given, ["administrator", "unit_leader"]);

    let refused: [(&[&str], u8, &str); 6] = [
        (&leader, 3, ""),
        (&["grant", "nobody", "--role", "appraiser", "--unit", "Tỉnh Bạc Liêu"], 4, "nobody"),
        (&["grant", "tran.be", "--role", "appraiser", "--unit", "Nơi không có"], 4, ""),
        (&["grant", "tran.be", "--role", "appraiser", "--unit", "Tỉnh Bạc Liêu", "--until", "2020-01-01"], 3, ""),
        (&["grant", "tran.be", "--role", "public", "--unit", "Phường 1"], 2, "public"),
        (&["end", "tran.be", "00000000-0000-7000-8000-000000000000"], 4, "unit_leader · Thị trấn Châu Hưng"),
    ];
    for (arguments, code, reason) in refused {
        let said = account(arguments);
        assert_eq!((said.0, said.2.contains(reason)), (code.into(), true), "{arguments:?}: {}", said.2);
    }
    assert_eq!(roles().len(), 2, "what is refused gives nothing");

    let (_, id) = roles().pop().expect("a role");
    assert_eq!(account(&["end", "tran.be", &id]).0, 0);
    assert_eq!(account(&["end", "tran.be", &id]).0, 4, "it is over");
    assert_eq!(roles().len(), 1);
    assert_eq!(account(&leader).0, 0, "what is over can be given again");
}

#[test]
fn the_first_administrator_ends_the_ready_roles() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let account = |arguments: &[&str]| run(&[&["account"], arguments, &["--data", text(&data)]].concat());
    let add = ["add", "le.quantri", "--name", "Lê Quản Trị", "--unit", "Tỉnh Bạc Liêu", "--site", "https://a.example/"];
    assert_eq!(account(&add).0, 4, "there is no installation");
    let (mut server, _) = served(&data, &["--sample"]);
    server.kill().and_then(|()| server.wait()).expect("it ends");
    let none = run(&["serve", "--listen", "127.0.0.1:0", "--data", text(&data)]);
    assert_eq!((none.0, none.2.contains("account add")), (5, true), "{}", none.2);

    let several = account(&["add", "x.y.z", "--name", "A", "--unit", "Vĩnh"]);
    assert_eq!((several.0, several.2.contains("Xã Vĩnh Hưng")), (3, true), "{}", several.2);
    for (arguments, code) in [
        (["add", "a b", "--name", "A", "--unit", "Phường 1"], 3),
        (["add", "abc", "--name", " ", "--unit", "Phường 1"], 3),
        (["add", "abc", "--name", "A", "--unit", "Nơi không có"], 4),
    ] {
        assert_eq!(account(&arguments).0, code, "{arguments:?}");
    }
    let (code, link, said) = account(&add);
    assert_eq!((code, said.contains("Tỉnh Bạc Liêu")), (0, true), "{said}");
    let (site, end) = link.trim().split_once("/access/links/").expect("a link");
    assert_eq!((site, end.len()), ("https://a.example", 43));
    assert_eq!(account(&add).0, 3, "the login is taken");
    assert_eq!(account(&["link", "nobody"]).0, 4);
    let (_, another, _) = account(&["link", "le.quantri"]);
    let listed = account(&["list", "--json"]).1;
    let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
    assert_eq!((&listed["login"], &listed["state"]), (&"le.quantri".into(), &"invited".into()));
    assert_eq!(listed["roles"][0]["unit"]["name"], "Tỉnh Bạc Liêu");
    for (word, state) in [("disable", "disabled"), ("enable", "invited")] {
        assert_eq!(account(&[word, "le.quantri"]).0, 0);
        assert!(account(&["list"]).1.contains(state), "{word}");
    }

    let sample = run(&["serve", "--sample", "--listen", "127.0.0.1:0", "--data", text(&data)]);
    assert_eq!((sample.0, sample.2.contains("--sample")), (5, true), "{}", sample.2);
    let (mut server, address) = served(&data, &[]);
    let led = get(&address, "/dossiers");
    let path = another.trim().split_once("8080").expect("the default site").1.to_owned();
    let shown = get(&address, &path);
    server.kill().and_then(|()| server.wait()).expect("it ends");
    assert!(led.contains("/access/sign-in?back=%2Fdossiers"), "{led}");
    assert!(shown.contains("không dùng được nữa"), "closing the account made the link useless: {shown}");
}
