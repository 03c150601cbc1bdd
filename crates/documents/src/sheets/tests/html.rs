//! Tables of pages, as portals and Excel write them.

use super::*;

fn page(body: &str) -> Table {
    let table = table(body.as_bytes());
    assert_eq!(book(body.as_bytes()).form, Form::Html);
    table
}

#[test]
fn end_tags_may_be_missing() {
    let table = page(
        "<html><table border=1><tr><th rowspan=2>TT<th rowspan=2>Đơn vị<th colspan=2>Số<tr><th>Tổng<th>Đạt\n\
         <tr><td>1<td>Xã  Ninh\n  Thạnh<td>09<td>&nbsp;</table>tail",
    );
    let expected = vec![
        vec![text("TT"), text("Đơn vị"), text("Số")],
        vec![Value::Empty, Value::Empty, text("Tổng"), text("Đạt")],
        vec![text("1"), text("Xã Ninh Thạnh"), text("09")],
    ];
    assert_eq!(values(&table), expected);
    assert_eq!(merges(&table), [[0, 1, 0, 0], [0, 1, 1, 1], [0, 0, 2, 3]]);
}

#[test]
fn letters_lines_and_blanks_are_what_a_reader_sees() {
    for (cell, expected) in [
        ("a<br>b<BR/>c", text("a\nb\nc")),
        ("<p>a</p>\n<p>b</p>", text("a\nb")),
        ("<div>a<div>b</div></div>", text("a\nb")),
        ("<b>a</b><i>b</i> <u>c</u>", text("ab c")),
        ("&lt;&amp;&#432;&#x1EDB;&eacute;&unknown;", text("<&ướé&unknown;")),
        ("ph\u{ad}êng", text("ph\u{ad}êng")),
        ("a&nbsp;b", text("a\u{a0}b")),
        ("&nbsp; &#160;", Value::Empty),
        ("<!-- a --><![if x]>b<![endif]>", text("b")),
        ("<script>if (a<b) { '<td>' }</script>c", text("if (a<b) { '<td>' }c")),
        ("<table><tr><td>x<td>y</tr><tr><td>z</table>", text("x y\nz")),
        ("a<table><tr><td>x</table>b", text("a\nx\nb")),
    ] {
        let table = page(&format!("<table><tr><td>.<td>{cell}</td><td>.</td></tr></table>"));
        assert_eq!(table.rows[0].cells[1].value, expected, "{cell}");
    }
}

#[test]
fn every_table_with_a_value_is_read_and_several_have_numbers() {
    let read = book(b"<table></table><table><td>1</table><table><tr><td>&nbsp;</table>x<table><tr></tr><tr><td>2<td>3");
    let tables: Vec<_> = read.tables.iter().map(values).collect();
    assert_eq!(tables, [vec![vec![text("1")]], vec![vec![], vec![text("2"), text("3")]]]);
    assert_eq!(read.tables.iter().map(|table| table.name.as_str()).collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(page("<table></table><table><td>1</table>").name, "");
}

#[test]
fn words_of_a_portal_may_stand_before_the_page() {
    let table = page("Notice: undefined index, line 7;\n<TABLE><TR><TD>1</TABLE>");
    assert_eq!(values(&table), [[text("1")]]);
}

#[test]
fn what_tags_say_of_fonts_and_hidden_rows_is_kept() {
    let table = page(
        "<table><tr><td><font face='.VnTime, Arial'>a</font><td style='color:red;font-family:\"VNI-Times\",serif'>b\
         <td>c<font face=late>d</font><tr style='DISPLAY: none'><td>e<tr hidden><td>f",
    );
    assert_eq!(fonts(&table), [Some(".VnTime"), Some("VNI-Times"), None, None, None]);
    assert_eq!(table.rows.iter().map(|row| row.hidden).collect::<Vec<_>>(), [false, true, true]);
}

#[test]
fn spans_are_cut_to_what_there_is() {
    let table = page(
        "<table><tr><td rowspan=1000000000>a<td colspan=999999999999>b<tr><td>c<td rowspan=-1 colspan=x>d<td colspan=0>e",
    );
    assert_eq!(values(&table)[1], [Value::Empty, text("c"), text("d"), text("e")]);
    assert_eq!(merges(&table), [[0, 1, 0, 0], [0, 0, 1, 3]]);
    // A cell does not reach over one that comes down from above.
    let table = page("<table><tr><td>a<td rowspan=2>b<tr><td colspan=3>c");
    assert_eq!(values(&table), [vec![text("a"), text("b")], vec![text("c")]]);
    assert_eq!(merges(&table), [[0, 1, 1, 1]]);
}

#[test]
fn pages_say_how_they_are_written() {
    let said = |charset: &str| format!("<html><head><meta charset='{charset}'></head><table><td>");
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for (bytes, expected) in [
        ([said("utf-8").as_bytes(), "chữ".as_bytes()].concat(), "chữ"),
        ([said("windows-1258").as_bytes(), b"ch\xFD \xFE"].concat(), "chư \u{20ab}"),
        ([said("windows-1252").as_bytes(), b"\xFD\xFE"].concat(), "ýþ"),
        ([said("utf-8").as_bytes(), b"ch\xFD\xDE"].concat(), "chư\u{303}"),
        ([said("utf-16").as_bytes(), "chữ".as_bytes()].concat(), "chữ"),
        ([said("nonsense").as_bytes(), "chữ".as_bytes()].concat(), "chữ"),
        ([b"\xFF\xFE".to_vec(), wide("<table><td>chữ")].concat(), "chữ"),
        (wide("<html><table><tr><td>chữ"), "chữ"),
        (b"\xEF\xBB\xBF<table><td>ch\xE1\xBB\xAF".to_vec(), "chữ"),
    ] {
        assert_eq!(values(&table(&bytes)), [[text(expected)]]);
    }
}
